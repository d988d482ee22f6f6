//! Texts of `format=flowed` (RFC 3676): lines that end with a blank go on with the next one.

/// The text with its paragraphs on one line each. `delete_space`: the blanks at the ends of lines are no part of it.
pub(super) fn unfold(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // The depth of quoting of the line that goes on.
    let mut open: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let depth = line.bytes().take_while(|&byte| byte == b'>').count();
        let said = &line[depth..];
        let said = said.strip_prefix(' ').unwrap_or(said);
        let is_signature = said == "-- ";
        let joins = open == Some(depth) && !is_signature;
        if !joins {
            if open.is_some() {
                out.push('\n');
            }
            if depth > 0 {
                out.push_str(&line[..depth]);
                out.push(' ');
            }
        }
        let goes_on = said.ends_with(' ') && !is_signature;
        match goes_on {
            true => out.push_str(if delete_space { &said[..said.len() - 1] } else { said }),
            false => {
                out.push_str(said);
                out.push('\n');
            }
        }
        open = goes_on.then_some(depth);
    }
    if !text.ends_with('\n') && out.ends_with('\n') {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::unfold;

    #[track_caller]
    fn check(text: &str, delete_space: bool, expected: &str) {
        assert_eq!(unfold(text, delete_space), expected);
    }

    #[test]
    fn lines_that_end_with_a_blank_go_on_in_the_same_depth_of_quoting() {
        check("one \ntwo\nthree\n", false, "one two\nthree\n");
        check("> said \n> before\nanswer", false, "> said before\nanswer");
        check("> said \n>> deeper\n", false, "> said \n>> deeper\n");
        check(" From the start\n >not quoted", false, "From the start\n>not quoted");
        check("one \n-- \nAnn\n", false, "one \n-- \nAnn\n");
        check("漢 \n字\n", true, "漢字\n");
        check("", false, "");
    }
}
