//! What the library does that is the host's: data, `json`, `re`, and the wrapped functions, which do what those of Luau do.

use crate::script::data::Data;
use crate::script::vm::testing::Host;
use crate::script::vm::{to_data, to_lua};

/// What a handler with this body returns, as text.
#[track_caller]
fn says(body: &str, expected: &str) {
    let mut host = Host::of(&format!("on(function() {body} end)")).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(host.text(), expected, "{body}");
}

/// The error of a handler with this body.
#[track_caller]
fn fails(body: &str, expected: &str) {
    let mut host = Host::of(&format!("on(function() {body} end)")).unwrap_or_else(|fault| panic!("{fault}"));
    let fault = host.call().err().unwrap_or_else(|| panic!("{body} did not fail"));
    assert!(fault.to_string().contains(expected), "{body}: {fault}");
}

/// The data that a handler with this body returns.
#[track_caller]
fn data(body: &str) -> Result<Data, String> {
    let mut host = Host::of(&format!("on(function() {body} end)")).unwrap_or_else(|fault| panic!("{fault}"));
    let value = host.call().unwrap().pop_front().unwrap_or_default();
    let lua = host.vm.lua();
    let data = to_data(lua, &value, "data", 1_000).map_err(|error| error.to_string())?;
    let again = to_lua(lua, &data).unwrap();
    assert_eq!(to_data(lua, &again, "data", 1_000).unwrap(), data, "it survives the way there and back");
    Ok(data)
}

#[test]
fn values_become_data_and_back() {
    assert_eq!(data("return nil"), Ok(Data::Nil));
    assert_eq!(data("return { 1, 'two', true, json.null, 0.5 }").unwrap().to_json(), r#"[1,"two",true,null,0.5]"#);
    assert_eq!(data("return { a = { b = { 'c' } } }").unwrap().to_json(), r#"{"a":{"b":["c"]}}"#);
    assert_eq!(data("return {}"), Ok(Data::Map(Default::default())));
    assert_eq!(data("return '\\255'"), Ok(Data::Bytes(vec![255])));
}

#[test]
fn what_cannot_be_kept_is_named_by_its_path() {
    for (body, expected) in [
        ("return { items = { 1, 2, function() end } }", "data.items[3]: a function cannot be kept"),
        ("return { a = 0 / 0 }", "data.a: NaN cannot be kept"),
        ("return { a = re.new('x') }", "data.a: an object of the host cannot be kept; keep its id"),
        ("return { 1, 2, x = 3 }", "data: a table has either the items 1, 2, 3 … or names, not both; \"x\" is among its items"),
        ("return { [5] = 1 }", "data: a key is a integer"),
        ("local t = {} t.t = t return t", "in a circle, cannot be kept"),
        ("return { ('x'):rep(2000) }", "data[1]: this is more than 1000 bytes, which is the limit"),
        ("return coroutine.create(function() end)", "data: a thread cannot be kept"),
    ] {
        let why = data(body).unwrap_err();
        assert!(why.contains(expected), "{body}: {why}");
    }
}

#[test]
fn json_is_read_and_written() {
    says(r#"return json.encode({ a = { 1, 2.5, "x", true, json.null }, b = {} })"#, r#"{"a":[1,2.5,"x",true,null],"b":{}}"#);
    says("return json.encode({ n = json.null })", r#"{"n":null}"#);
    says(
        r#"local t = json.decode('{"a":[1,null,"\\u00e4"],"n":null,"big":1e3}') return t.a[1] .. t.a[3] .. tostring(t.a[2] == json.null) .. tostring(t.n) .. t.big .. #t.a"#,
        "1ätruenil10003",
    );
    says(r#"local value, why = json.decode('{"a":') return tostring(value) .. why"#, "nilthis is no JSON, line 1 column 5");
    says(r#"local value, why = json.decode("[1] x") return why"#, "this is no JSON, line 1 column 5");
    fails("json.encode({ f = print or function() end })", "json.encode: argument 1.f: a function cannot be kept");
    fails("json.encode('\\255')", "not UTF-8");
}

#[test]
fn patterns_search_replace_and_split() {
    says(r#"return tostring(re.new("^\\d+$"):test("123")) .. tostring(re.new("^\\d+$"):test("12a"))"#, "truefalse");
    says(r#"local a, b = re.new("(\\w+)@(\\w+)"):match("to ann@home now") return a .. "/" .. b"#, "ann/home");
    says(r#"return (re.new("\\w+"):match("  word"))"#, "word");
    says(r#"local i, j, a = re.new("b(c)?"):find("abcd") return i .. " " .. j .. " " .. a"#, "2 3 c");
    says(r#"return tostring((re.new("x"):find("abc"))) .. tostring(re.new("a"):find("aba", 2))"#, "nil3");
    says(r#"return table.concat(re.new("\\d"):all("a1b2"), ",") .. re.new("(.)(\\d)"):all("a1b2")[2][1]"#, "1,2b");
    says(
        r#"local t = {} for k, v in re.new("(\\w)=(\\w)"):gmatch("a=1 b=2") do table.insert(t, k .. v) end return table.concat(t, " ")"#,
        "a1 b2",
    );
    says(r#"local n = 0 for _ in re.new("x*"):gmatch("axb") do n += 1 end return n"#, "3");
    says(r#"local s, n = re.new("(\\w+) (\\w+)"):replace("hello world", "$2 ${1}") return s .. n"#, "world hello1");
    says(r#"return (re.new("\\d"):replace("1 2 3", function(d) if d == "2" then return nil end return d * 2 end))"#, "2 2 6");
    says(r#"return (re.new("a"):replace("aaa", "b", 2))"#, "bba");
    says(r#"return table.concat(re.new("\\s*,\\s*"):split("a , b,c"), "|")"#, "a|b|c");
    says(r#"return (re.new("(?i)ÄB"):match("xäbx"))"#, "äb");
    fails(r#"re.new("(")"#, "re.new: argument 1: unclosed group");
    fails(r#"re.new("a{1000}"):test(("a"):rep(100000))"#, "too slow for a text of 100000 bytes");
}

#[test]
fn wrapped_functions_do_what_those_of_the_library_do() {
    says("local t = { 3, 1, 2 } table.sort(t) return table.concat(t)", "123");
    says("local t = { 'b', 'a' } table.sort(t, function(a, b) return a > b end) return table.concat(t)", "ba");
    says("local t = {} for i = 1, 50000 do t[i] = i end return #table.concat(t, ',') .. table.concat(t, '', 49999)", "2888934999950000");
    says(
        "local t = {} for i = 1, 50000 do t[i] = i end table.move(t, 1, 50000, 3) return t[1] .. t[2] .. t[3] .. t[50002] .. #t",
        "1215000050002",
    );
    says("local t = {} for i = 1, 50000 do t[i] = i end table.move(t, 3, 50000, 1) return t[1] .. t[49998] .. t[50000]", "35000050000");
    says("local t = table.move({ 1, 2, 3 }, 2, 3, 1, {}) return table.concat(t)", "23");
    says("local s = ('ab'):rep(1e6) .. 'x' return s:find(('ab'):rep(5) .. 'x') .. ' ' .. (s:find('x', -1, true))", "1999991 2000001");
    says("local s = ('a,'):rep(5000) local t = s:split(',') return #t .. t[1] .. '.' .. t[5001]", "5001a.");
    says("return #(('x'):rep(5000)):split('')", "5000");
    says("return ('%d %s %5.2f'):format(1, 'a', 2) .. `{1 + 1}`", "1 a  2.002");
    says("local n = 0 for w in ('a b c'):gmatch('%a') do n += 1 end return n .. ('abc'):gsub('b', 'x') .. ('abc'):match('b(.)')", "3axcc");
    fails("('x'):find('[')", "malformed pattern");
    fails("string.find()", "main:1: invalid argument #1 to 'find'");
}
