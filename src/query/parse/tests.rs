//! What people type, and what it must mean.

use proptest::prelude::*;

use super::*;
use crate::query::{Filter, MAX_DEPTH};

/// Friday, 1 March 2024, noon.
fn reading() -> Reading {
    Reading::utc(1_709_294_400)
}

fn read(query: &str) -> Parsed {
    let parsed = parse(query, &reading());
    for note in &parsed.notes {
        assert!(query.get(note.at.clone()).is_some(), "{query}: {note:?} is at boundaries of characters");
    }
    parsed
}

/// A query in a form of its own, so that the tests don't lean on what prints queries: `[all]`, `{any}`, `!not`.
fn shape(expr: &Expr) -> String {
    let list = |parts: &[Expr]| parts.iter().map(shape).collect::<Vec<_>>().join(" ");
    match expr {
        Expr::All => "everything".into(),
        Expr::Word(word) => word.clone(),
        Expr::Phrase(phrase) => format!("“{phrase}”"),
        Expr::Prefix(beginning) => format!("{beginning}…"),
        Expr::Contains(text) => format!("~{text}~"),
        Expr::And(parts) => format!("[{}]", list(parts)),
        Expr::Or(parts) => format!("{{{}}}", list(parts)),
        Expr::Not(inner) => format!("!{}", shape(inner)),
        Expr::Filter(Filter::Conversation(conversation)) => format!("in={conversation}"),
        Expr::Filter(Filter::SaidBy(who)) => format!("from={who}"),
        Expr::Filter(Filter::Sender(user)) => format!("sender={user}"),
        Expr::Filter(Filter::Thread(thread)) => format!("thread={thread}"),
        Expr::Filter(Filter::Has(feature)) => format!("has={feature}"),
        Expr::Filter(Filter::Time { from, until }) => {
            let time = |time: &Option<u64>| time.map(|time| time.to_string()).unwrap_or_default();
            format!("time={}..{}", time(from), time(until))
        }
        Expr::Filter(Filter::Type(kind)) => format!("type={kind}"),
        Expr::Filter(Filter::HasLink) => "link".into(),
        Expr::Filter(Filter::Unread) => "unread".into(),
        Expr::Filter(Filter::Recalled) => "recalled".into(),
        Expr::Filter(Filter::FromSelf) => "self".into(),
    }
}

/// What the query means, and that there is nothing to remark.
#[track_caller]
fn check(query: &str, expected: &str) {
    check_notes(query, expected, &[]);
}

#[track_caller]
fn check_notes(query: &str, expected: &str, notes: &[(NoteKind, &str)]) {
    let parsed = read(query);
    assert_eq!(shape(&parsed.expr), expected, "{query}");
    let found: Vec<_> = parsed.notes.iter().map(|note| (note.kind, &query[note.at.clone()])).collect();
    assert_eq!(found, notes, "{query}");
}

#[test]
fn terms_stand_for_all_of_them() {
    check("", "everything");
    check(" \t\n", "everything");
    check("deploy", "deploy");
    check("deploy server", "[deploy server]");
    check("  deploy\tserver\u{a0}now ", "[deploy server now]");
    check("a AND b AND c", "[a b c]");
    check("and or not", "[and or not]");
}

#[test]
fn phrases_are_read_to_the_closing_quote() {
    check("\"out of memory\"", "“out of memory”");
    check("\"out of\" memory", "[“out of” memory]");
    check("\"say \"\"hi\"\" twice\"", "“say \"hi\" twice”");
    check("\"from:bob (or) -x OR y\"", "“from:bob (or) -x OR y”");
    check("\"one\", \"two\".", "[“one” “two”]");
    check("\"one\"two", "[“one” two]");
    check("\"one\"#two", "[“one” #two]");
    check("\"\"", "everything");
    check("a \"  \" b", "[a b]");
    check("a OR \"\" b", "{a b}");
    check("a (\"\")", "a");
    check_notes("a -((\"", "a", &[(NoteKind::OpenQuote, "\"")]);
    check("\"->\"", "“->”");
    check("27\" monitor", "[27\" monitor]");
    check_notes("\"unclosed and more", "“unclosed and more”", &[(NoteKind::OpenQuote, "\"unclosed and more")]);
    check_notes("a \"", "a", &[(NoteKind::OpenQuote, "\"")]);
    check_notes("(a \"b)", "[a “b)”]", &[(NoteKind::OpenGroup, "(a \"b)"), (NoteKind::OpenQuote, "\"b)")]);
}

#[test]
fn a_star_behind_makes_a_beginning() {
    check("pre*", "pre…");
    check("\"out of mem\"*", "out of mem…");
    check("\"out of mem\"*, x", "[out of mem… x]");
    check("(\"out of mem\"*)", "out of mem…");
    check("deploy*, build*", "[deploy… build…]");
    check("*", "*");
    check("**", "**");
    check("a**", "a**");
    check("2*3", "2*3");
    check("->*", "->*");
    check("部署*", "部署…");
    check("部署＊", "部署…");
    check("\"\"*", "everything");
}

#[test]
fn minus_and_not_exclude_what_follows() {
    check("-draft", "!draft");
    check("a -b -\"c d\" -e*", "[a !b !“c d” !e…]");
    check("NOT a", "!a");
    check("NOT NOT a", "a");
    check("NOT -a", "a");
    check("-(a b)", "![a b]");
    check("-(a OR b) c", "[!{a b} c]");
    check("-(-(-a))", "!a");
    check("NOT (a b)", "![a b]");
    check("NOT -(a b)", "[a b]");
    check("-from:bob", "!from=bob");
    check("NOT has:image", "!type=image");
    check("a OR -b", "{a !b}");
    check("a OR NOT b", "{a !b}");
    check("-#tag -@bob -OR", "[!#tag !@bob !OR]");
    check("－a −b", "[!a !b]");
    check("-🙂", "!🙂");
}

#[test]
fn a_minus_with_nothing_to_exclude_is_text() {
    check("-", "-");
    check("a - b", "[a - b]");
    check("--help", "--help");
    check("->", "->");
    check("-->", "-->");
    check("->x", "->x");
    check("-=", "-=");
    check("-:)", "-:)");
    check("well-known", "well-known");
    check("PLT-3699", "PLT-3699");
    check("-\"\" a", "a");
}

#[test]
fn or_binds_closer_than_a_blank() {
    check("a OR b", "{a b}");
    check("a OR b OR c", "{a b c}");
    check("a b OR c d", "[a {b c} d]");
    check("(a b) OR (c d)", "{[a b] [c d]}");
    check("a | b", "{a b}");
    check("a || b ｜ c", "{a b c}");
    check("a|b", "a|b");
    check("a OR (b OR c)", "{a b c}");
    check("a OR OR b", "{a b}");
    check("from:alice OR from:bob deploy", "[{from=alice from=bob} deploy]");
}

#[test]
fn an_operator_with_nothing_to_join_is_a_word() {
    check_notes("OR", "OR", &[(NoteKind::Dangling, "OR")]);
    check_notes("OR OR", "[OR OR]", &[(NoteKind::Dangling, "OR"), (NoteKind::Dangling, "OR")]);
    check_notes("OR a", "[OR a]", &[(NoteKind::Dangling, "OR")]);
    check_notes("a OR", "[a OR]", &[(NoteKind::Dangling, "OR")]);
    check_notes("a AND", "[a AND]", &[(NoteKind::Dangling, "AND")]);
    check_notes("a |", "[a |]", &[(NoteKind::Dangling, "|")]);
    check_notes("NOT", "NOT", &[(NoteKind::Dangling, "NOT")]);
    check_notes("(a OR) b", "[a OR b]", &[(NoteKind::Dangling, "OR")]);
    check_notes("a NOT OR b", "[a {NOT b}]", &[(NoteKind::Dangling, "NOT")]);
    check_notes("(OR a)", "[OR a]", &[(NoteKind::Dangling, "OR")]);
}

#[test]
fn brackets_group() {
    check("(a b)", "[a b]");
    check("((a))", "a");
    check("( a OR b ) c", "[{a b} c]");
    check("(a)(b)", "[a b]");
    check("(a OR f(x))", "{a f(x)}");
    check_notes("(see PLT-3699", "[see PLT-3699]", &[(NoteKind::OpenGroup, "(see PLT-3699")]);
    check_notes("a OR (b c", "{a [b c]}", &[(NoteKind::OpenGroup, "(b c")]);
}

#[test]
fn brackets_that_group_nothing_are_text() {
    for text in ["(", "((((", "()", ")", ")))", "foo)", "main()", "f(x)", ":)", ":(", ":-)", ":-(", "-(", "-()", "(-(", "a)b"] {
        check(text, text);
    }
    check("( )", "[( )]");
    check_notes("foo ( bar", "[foo bar]", &[(NoteKind::OpenGroup, "( bar")]);
    check("NOT ()", "!()");
    check("a OR ()", "{a ()}");
    check("(a ())", "[a ()]");
    check("a ((", "[a ((]");
}

#[test]
fn punctuation_stays_in_its_word_for_the_index_to_judge() {
    for text in [
        "C++",
        "c#",
        "what?",
        "foo@bar.com",
        "#tag",
        "@bob",
        "don't",
        "http://x.y/z?a=b",
        "foo:bar",
        ":",
        "::",
        "C:\\dir\\",
        "1:30",
        "a&b",
        "…",
        "¿qué?",
    ] {
        check(text, text);
    }
    check("deploy, server; now", "[deploy server now]");
    check(", ;", "[, ;]");
    check("部署，上线、", "部署，上线");
}

#[test]
fn filters_are_read() {
    check("from:alice", "from=alice");
    check("FROM:Alice", "from=Alice");
    check("from:alice, deploy", "[from=alice deploy]");
    check("from:\"two words\"", "from=two words");
    check("from:\"two words\", x", "[from=two words x]");
    check("(from:bob)", "from=bob");
    check("sender:U1 -in-thread:\"lunch on friday\"", "[sender=U1 !thread=lunch on friday]");
    check("IN-THREAD:slack:C1:5.1", "thread=slack:C1:5.1");
    check("has:Reaction has:reply has:thread has:edit has:forward", "[has=reaction has=reply has=thread has=edit has=forward]");
    check("in-threads:x re-from:y", "[in-threads:x re-from:y]");
    check("from:a:b", "from=a:b");
    check("in:ops", "in=ops");
    check("in:#ops", "in=#ops");
    check("in:\"#ops night\"", "in=#ops night");
    check("in:group:ops", "in=group:ops");
    check("in:group:\"ops night\"", "in=group:ops night");
    check("in:\"c2c:a b\"", "in=c2c:a b");
    check("in:c2c:alice", "in=c2c:alice");
    check("has:image has:sound has:file", "[type=image type=sound type=file]");
    check("has:video has:location has:custom has:link", "[type=video type=location type=custom link]");
    check("type:text type:MERGED type:friend-change", "[type=text type=merged type=friend-change]");
    check("is:unread is:recalled is:self", "[unread recalled self]");
    check("is:any", "everything");
    check("contains:plo", "~plo~");
    check("contains:\"a ->\"", "~a ->~");
    check("word:\"from:x\"", "from:x");
    let ops = read("in:group:ops").expr;
    assert_eq!(ops, Expr::conversation(&crate::model::ConversationId::group("ops").unwrap()));
}

#[test]
fn a_filter_that_cannot_be_read_is_text_and_a_note_says_so() {
    use FilterName::*;
    check_notes("from:", "from:", &[(NoteKind::NoValue(From), "from:")]);
    check_notes("from: bob", "[from: bob]", &[(NoteKind::NoValue(From), "from:")]);
    check_notes("-from:", "!from:", &[(NoteKind::NoValue(From), "from:")]);
    check_notes("has:unknown", "has:unknown", &[(NoteKind::Unreadable(Has), "has:unknown")]);
    check_notes("type:5", "type:5", &[(NoteKind::Unreadable(Type), "type:5")]);
    check_notes("is:read,", "is:read", &[(NoteKind::Unreadable(Is), "is:read,")]);
    check_notes("before:rubbish", "before:rubbish", &[(NoteKind::Unreadable(Before), "before:rubbish")]);
    check_notes("-after:\"no time\"", "!“after:no time”", &[(NoteKind::Unreadable(After), "after:\"no time\"")]);
    check_notes("on:1..x", "on:1..x", &[(NoteKind::Unreadable(On), "on:1..x")]);
    check_notes("in:group:", "in:group:", &[(NoteKind::Unreadable(In), "in:group:")]);
    check_notes("from:\"bob", "from=bob", &[(NoteKind::OpenQuote, "from:\"bob")]);
    check_notes("from:\"\"", "“from:”", &[(NoteKind::NoValue(From), "from:\"\"")]);
}

#[test]
fn times_are_before_after_or_within() {
    check("before:2024-03-01", "time=..1709251199");
    check("after:2024-02-28", "time=1709164800..");
    check("on:2024-02-29", "time=1709164800..1709251199");
    check("on:2024-02", "time=1706745600..1709251199");
    check("on:2024", "time=1704067200..1735689599");
    check("before:1709251200", "time=..1709251199");
    check("after:1709251200", "time=1709251201..");
    check("before:2024-03-01T08:00:00+08:00", "time=..1709251199");
    check("before:2024-03-01,", "time=..1709251199");
    check("before：2024-03-01", "time=..1709251199");
    check("after:3d", "time=1709035201..");
    check("before:\"3 days ago\"", "time=..1709035199");
    check("on:3d", "time=1708992000..1709078399");
    check("on:yesterday", "time=1709164800..1709251199");
    check("after:\"last week\"", "time=1708905600..");
    check("on:2h", "time=1709287200..1709287200");
    check("on:2024-02-28..2024-02-29", "time=1709078400..1709251199");
    check("on:2024-02-29..", "time=1709164800..");
    check("on:..2024-02-29", "time=..1709251199");
    check("on:..", "time=..");
    check("on:\"2024-02-29 10:00 .. now\"", "time=1709200800..1709294400");
    check("before:1970-01-01", "!everything");
    check_notes("after:9999", "!everything", &[(NoteKind::Ahead, "after:9999")]);
}

#[test]
fn after_a_time_that_has_not_ended_gets_a_note() {
    check_notes("after:today", "time=1709337600..", &[(NoteKind::Ahead, "after:today")]);
    check("after:yesterday", "time=1709251200..");
    check("on:today..", "time=1709251200..");
}

#[test]
fn full_width_signs_do_what_narrow_ones_do() {
    check("“two words”", "“two words”");
    check("＂two words＂", "“two words”");
    check("„zwei Wörter“", "“zwei Wörter”");
    check("“mixed quotes\" x", "[“mixed quotes” x]");
    check("from：alice", "from=alice");
    check("from：“two words”", "from=two words");
    check("（红 OR 绿）灯", "[{红 绿} 灯]");
    check("部署\u{3000}服务器", "[部署 服务器]");
    check("部署服务器", "部署服务器");
    check("部署“上线 计划”完成", "[部署 “上线 计划” 完成]");
    check("こんにちは 세계", "[こんにちは 세계]");
    check("\u{feff}a\u{200b}b\0c", "[a b c]");
}

#[test]
fn a_query_of_nothing_but_brackets_is_no_trouble() {
    let open = "(".repeat(100_000);
    assert_eq!(read(&open).expr, Expr::word(&open));
    let nested = format!("{open}a{}", ")".repeat(100_000));
    assert_eq!(read(&nested).expr, Expr::word("a"));
    assert_eq!(read(&nested).notes.iter().map(|note| note.kind).collect::<Vec<_>>(), [NoteKind::TooDeep]);
    let excluded = format!("{}a", "-(".repeat(50_000));
    assert!(!read(&excluded).notes.is_empty());
    for unit in [
        "-",
        "\"",
        "\"\" ",
        "\"a\"”a",
        "NOT ",
        "OR ",
        "a OR ",
        "(a ",
        "a) ",
        "from:",
        "from:\"a\" ",
        "“a”*",
        ":) ",
        "\"a\"-",
        "（",
        "-(a OR ",
    ] {
        let long = unit.repeat(100_000 / unit.len());
        let parsed = read(&long);
        assert_eq!(parse(&parsed.expr.to_string(), &reading()).expr, parsed.expr, "{unit}");
    }
}

#[test]
fn groups_are_kept_up_to_the_depth() {
    let nested = |depth: usize| format!("{}x{}", "(a OR (b ".repeat(depth / 2), "))".repeat(depth / 2));
    assert!(read(&nested(MAX_DEPTH)).notes.is_empty());
    assert_eq!(read(&nested(MAX_DEPTH + 2)).notes.len(), 1);
}

/// Texts that are likely to be syntax.
fn typed() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-c]{1,2}",
        1 => "\\PC{0,3}",
        6 => prop::sample::select(vec![
            " ", " ", " ", "\u{3000}", "\"", "“", "”", "＂", "(", ")", "（", "）", "-", "－", "*", ",", ";", ":", "：", "|", ".", ">", "=", "#", "?",
            "OR", " OR ", "AND ", " NOT ", "from:", "in:", "in:group:", "c2c:", "before:", "after:", "on:", "..", "has:", "image", "link", "in-thread:", "sender:", "reaction", "type:",
            "is:", "any", "unread", "word:", "contains:", "2024", "2024-03-01", "3d", "today", "1709251200", "部署", "🙂", "\0", "\u{200b}",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

fn words_of(expr: &Expr) -> usize {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().map(words_of).sum(),
        Expr::Not(inner) => words_of(inner),
        _ => 1,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_was_understood_is_printed_and_understood_again(query in typed()) {
        let parsed = read(&query);
        let printed = parsed.expr.to_string();
        let again = parse(&printed, &reading());
        prop_assert_eq!(&again.expr, &parsed.expr, "{} was printed as {}", query, printed);
        // A word such as `from:` is printed with quotes, so nothing is left to remark; a time ahead of now stays ahead, but is printed as a range.
        prop_assert_eq!(again.notes, Vec::new(), "{} was printed as {}", query, printed);
        prop_assert!(words_of(&parsed.expr) <= query.chars().count().max(1));
        prop_assert!(!parsed.explain(&reading().zone).is_empty());
    }

    #[test]
    fn any_text_at_all_is_understood(query in "\\PC*|.*", now in any::<u64>()) {
        let reading = Reading::utc(now);
        let parsed = parse(&query, &reading);
        prop_assert_eq!(parse(&parsed.expr.to_string(), &reading).expr, parsed.expr);
    }

    #[test]
    fn plain_words_are_found_as_they_are(words in prop::collection::vec("[a-z0-9_#@.'é部]{0,6}[a-z]", 1..6)) {
        let expected = Expr::and(words.iter().map(Expr::word));
        prop_assert_eq!(read(&words.join(" ")).expr, expected);
    }
}
