//! Which names are known where, and what they are.

/// A local variable.
#[derive(Clone, Debug)]
pub(super) struct Local {
    name: String,
    /// The Luau type of the API that it has, if that is known.
    pub(super) luau: Option<&'static str>,
    /// It lives as long as the version of the script does.
    pub(super) is_of_file: bool,
}

/// The names of nested blocks.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    locals: Vec<Local>,
    /// How many locals there were when each block began.
    begins: Vec<usize>,
    globals: Vec<Local>,
}

impl Scopes {
    pub(super) fn begin(&mut self) {
        self.begins.push(self.locals.len());
    }

    pub(super) fn end(&mut self) {
        let begin = self.begins.pop().unwrap_or(0);
        self.locals.truncate(begin);
    }

    pub(super) fn declare(&mut self, name: String, luau: Option<&'static str>, is_of_file: bool) {
        self.locals.push(Local { name, luau, is_of_file });
    }

    /// Makes a name known everywhere from here on.
    pub(super) fn declare_global(&mut self, name: String) {
        self.globals.push(Local { name, luau: None, is_of_file: false });
    }

    /// The variable that a name means here; `None`: a global that the script has not made.
    pub(super) fn find(&self, name: &str) -> Option<&Local> {
        self.locals.iter().rev().chain(&self.globals).find(|local| local.name == name)
    }

    /// All names that are known here.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.locals.iter().map(|local| local.name.as_str())
    }
}
