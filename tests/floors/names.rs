//! Finds every name in a source that leads out of its module: `use` items, paths in code, and what macros and attributes hold.

use std::collections::BTreeMap;

use syn::buffer::{Cursor, TokenBuffer};
use syn::visit::{self, Visit};

/// A name that a source uses.
pub(super) enum Name {
    /// Of the package itself, from its root.
    Inside(Vec<String>),
    /// Of something else: a foreign crate, or a name of the module itself, which no law looks at.
    Foreign(Vec<String>),
}

/// What a string is: serde's attributes hold paths in strings.
#[derive(Clone, Copy)]
enum Strings {
    Paths,
    Texts,
}

/// The module that a file is: `src/store/read.rs` is `store::read`.
pub(super) fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').map(str::to_owned).collect()
}

/// What `src/lib.rs` lends from a room to the root: each name with its room.
pub(super) fn lent_by(lib: &str) -> BTreeMap<String, String> {
    let lib = syn::parse_file(lib).unwrap();
    let names = all_in(&lib, Vec::new()).into_iter();
    let ends = names.filter_map(|name| {
        let (Name::Inside(path) | Name::Foreign(path)) = name;
        Some((path.last()?.clone(), path.first()?.clone()))
    });
    ends.filter(|(name, room)| name != room).collect()
}

/// All names in the source of this module.
pub(super) fn all_in(source: &syn::File, module: Vec<String>) -> Vec<Name> {
    let mut reader = Reader { module, names: Vec::new() };
    reader.visit_file(source);
    reader.names
}

struct Reader {
    module: Vec<String>,
    names: Vec<Name>,
}

impl Reader {
    /// Takes a path as it is written.
    fn take(&mut self, path: &[String]) {
        let (mut base, mut rest) = match path.split_first() {
            Some((first, rest)) if first == "crate" => (Vec::new(), rest),
            Some((first, _)) if first == "self" || first == "super" => (self.module.clone(), path),
            _ => return self.names.push(Name::Foreign(path.to_vec())),
        };
        while let Some((first, behind)) = rest.split_first() {
            match first.as_str() {
                "self" => {}
                "super" => drop(base.pop()),
                _ => break,
            }
            rest = behind;
        }
        base.extend_from_slice(rest);
        self.names.push(Name::Inside(base));
    }

    fn take_use(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &dyn ToString| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.take_use(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.take(&with(&name.ident)),
            syn::UseTree::Rename(rename) => self.take(&with(&rename.ident)),
            syn::UseTree::Glob(_) => self.take(&with(&"*")),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.take_use(before, tree)),
        }
    }

    /// Takes what looks like a path in tokens that have no syntax of their own. `before` is what stands before a group of names.
    fn take_tokens(&mut self, mut cursor: Cursor<'_>, before: &[String], strings: Strings) {
        while !cursor.eof() {
            let Some((first, mut rest)) = cursor.ident() else {
                if let Some((inner, _, _, behind)) = cursor.any_group() {
                    self.take_tokens(inner, &[], strings);
                    cursor = behind;
                } else if let Some((text, behind)) = cursor.literal() {
                    let path = text.to_string();
                    if let (Strings::Paths, Ok(path)) = (strings, syn::parse_str::<syn::Path>(path.trim_matches('"'))) {
                        self.visit_path(&path);
                    }
                    cursor = behind;
                } else {
                    cursor = cursor.token_tree().map_or_else(Cursor::empty, |(_, behind)| behind);
                }
                continue;
            };
            let mut path = [before, &[first.to_string()]].concat();
            while let Some(behind) = colons(rest) {
                if let Some((next, behind)) = behind.ident() {
                    path.push(next.to_string());
                    rest = behind;
                } else if let Some((inner, _, _, behind)) = behind.any_group() {
                    self.take_tokens(inner, &path, strings);
                    path.clear();
                    rest = behind;
                } else {
                    rest = behind;
                }
            }
            if path.len() > 1 {
                self.take(&path);
            }
            cursor = rest;
        }
    }
}

/// What stands behind `::`.
fn colons(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let (first, behind) = cursor.punct()?;
    let (second, behind) = behind.punct()?;
    (first.as_char() == ':' && second.as_char() == ':').then_some(behind)
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        visit::visit_item_use(self, item);
        self.take_use(&[], &item.tree);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.take(&[item.ident.to_string()]);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.take(&segments);
        }
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.take_tokens(TokenBuffer::new2(list.tokens.clone()).begin(), &[], Strings::Paths);
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.take_tokens(TokenBuffer::new2(call.tokens.clone()).begin(), &[], Strings::Texts);
        visit::visit_macro(self, call);
    }
}
