//! What is configured, by whom, and what is said about a configuration that is wrong.

use std::fs;

use serde_json::{Value, json};

use super::{Desk, Ran, ran};
use crate::schemas::{accepts, schema};

/// A run without the variables that other stories set.
fn run_with(desk: &Desk, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let mut command = desk.command(arguments);
    ran(command.env_remove("MYNAH_STORE").envs(variables.iter().copied()).spawn().unwrap())
}

fn write_file(desk: &Desk, name: &str, text: &str) {
    let path = desk.path(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The line of this key in what `config --json` has printed, as value and source.
#[track_caller]
fn setting(ran: &Ran, key: &str) -> (Value, Value) {
    let lines = ran.json();
    let line = lines.iter().find(|line| line["key"] == key).unwrap_or_else(|| panic!("no {key}: {ran:#?}"));
    (line["value"].clone(), line["source"].clone())
}

#[test]
fn a_flag_goes_before_a_variable_and_a_variable_before_the_file() {
    let desk = Desk::new();
    write_file(&desk, "home/mynah/config.toml", "store = \"of-file\"\n\n[download]\nmax = 7\n");
    let file = desk.path("home/mynah/config.toml");
    let of_file = run_with(&desk, &[], &["config", "--json"]).expect(0);
    let source = |line: u64| json!({"from": "file", "path": file.to_str().unwrap(), "line": line});
    assert_eq!(setting(&of_file, "store"), (json!(desk.path("home/mynah/of-file").to_str().unwrap()), source(1)));
    assert_eq!(setting(&of_file, "download.max"), (json!(7), source(4)));
    assert_eq!(setting(&of_file, "memory"), (json!(256), json!({"from": "default"})));

    let variables = [("MYNAH_STORE", "of-variable"), ("MYNAH_DOWNLOAD_MAX", "8"), ("MYNAH_MEMORY", "")];
    let of_variable = run_with(&desk, &variables, &["config", "--json"]).expect(0);
    assert_eq!(setting(&of_variable, "store"), (json!("of-variable"), json!({"from": "variable", "name": "MYNAH_STORE"})));
    assert_eq!(setting(&of_variable, "download.max"), (json!(8), json!({"from": "variable", "name": "MYNAH_DOWNLOAD_MAX"})));
    assert_eq!(setting(&of_variable, "memory").1, json!({"from": "default"}), "a variable that is set to nothing is not set");

    let of_flag = run_with(&desk, &variables, &["--store", "of-flag", "config", "--json"]).expect(0);
    assert_eq!(setting(&of_flag, "store"), (json!("of-flag"), json!({"from": "flag", "name": "--store"})));
    let schema = schema("setting");
    of_file.json().iter().chain(&of_variable.json()).chain(&of_flag.json()).for_each(|line| accepts(&schema, line));
}

#[test]
fn the_archive_is_opened_as_it_is_configured() {
    let desk = Desk::with_messages();
    write_file(&desk, "mynah.toml", "store = \"store\"\naccount = \"carol\"\ndurability = \"buffered\"\nmemory = 64\n");
    let run = |arguments: &[&str]| run_with(&desk, &[("MYNAH_CONFIG", "mynah.toml")], arguments);
    assert_eq!(run(&["search", "deploy", "--count"]).expect(0).out, "30\n");
    assert!(run(&["read", "--all"]).expect(1).err.contains("the archive belongs to me, not to carol"));
    run(&["read", "--all", "--account", "me"]).expect(0);
    assert!(run(&["stats"]).expect(0).out.contains("account         me\n"));
    run_with(&desk, &[], &["import", "messages.jsonl", "--store", "new", "--account", "dave"]).expect(0);
    assert!(run_with(&desk, &[], &["stats", "--store", "new"]).expect(0).out.contains("account         dave\n"));
}

#[test]
fn the_file_that_is_named_is_read_and_has_to_be_there() {
    let desk = Desk::new();
    write_file(&desk, "home/mynah/config.toml", "memory = 100\n");
    write_file(&desk, "one.toml", "memory = 101\n");
    write_file(&desk, "two.toml", "memory = 102\n");
    let memory = |variables: &[(&str, &str)], arguments: &[&str]| run_with(&desk, variables, arguments).expect(0).out;
    assert_eq!(memory(&[], &["config", "memory"]), "100\n");
    assert_eq!(memory(&[("MYNAH_CONFIG", "one.toml")], &["config", "memory"]), "101\n");
    assert_eq!(memory(&[("MYNAH_CONFIG", "one.toml")], &["config", "memory", "--config", "two.toml"]), "102\n");
    let missing = run_with(&desk, &[], &["stats", "--config", "three.toml"]).expect(2);
    assert!(missing.err.contains("there is no file three.toml, which --config names"), "{missing:#?}");
    let missing = run_with(&desk, &[("MYNAH_CONFIG", "three.toml")], &["stats"]).expect(2);
    assert!(missing.err.contains("there is no file three.toml, which MYNAH_CONFIG names"), "{missing:#?}");
    let unreadable = run_with(&desk, &[], &["stats", "--config", "home"]).expect(1);
    assert!(unreadable.err.contains("could not read home: "), "{unreadable:#?}");
}

#[test]
fn all_that_is_wrong_is_told_at_once_by_its_line_and_without_what_stands_there() {
    let desk = Desk::new();
    let text = "\
memry = 77777
memory = \"77777\"
send = 77777
[download]
parallel = 77777
password = 'hunter2'
[downlods]
max = 77777
[recall]
window = 77777
";
    write_file(&desk, "my.toml", text);
    let variables = [("MYNAH_SEND_DEADLINE", "77777"), ("MYNAH_CONFIG", "my.toml"), ("MYNAH_LOG", "mynah=hunter2")];
    let wrong = run_with(&desk, &variables, &["stats", "--account", &"7".repeat(777)]).expect(2);
    let expected = [
        "error: my.toml:1: there is no key memry; did you mean memory?",
        "my.toml:2: memory has to be a whole number of MiB from 64 to 1,048,576",
        "my.toml:3: send has to be a table, written [send]",
        "my.toml:5: download.parallel has to be a whole number from 1 to 64",
        "my.toml:6: there is no key download.password",
        "my.toml:7: there is no table downlods; did you mean download?",
        "my.toml:10: recall.window has to be a length of time such as \"90s\" or \"2m\" from 0s to 168h",
        "--account has to be a text of 1 to 256 bytes",
        "MYNAH_LOG has to be a level such as \"info\", or levels of parts such as \"mynah=debug\"",
        "MYNAH_SEND_DEADLINE has to be a length of time such as \"90s\" or \"2m\" from 1s to 168h",
        "  `mynah config --help` lists the keys, `mynah config --example` prints a file with all of them",
    ];
    assert_eq!(wrong.err.lines().collect::<Vec<_>>(), expected, "{wrong:#?}");
    assert!(wrong.out.is_empty() && !wrong.err.contains("777") && !wrong.err.contains("hunter2"), "{wrong:#?}");
}

#[test]
fn a_file_that_is_not_toml_is_told_by_the_place_where_it_ends_to_be() {
    let desk = Desk::new();
    for (text, place) in [
        ("memory = 64\nlog = \"hunter2\nstore = \"a\"\n", "my.toml:2:"),
        ("memory = 64\nmemory = 65\n", "my.toml:2:1: not TOML: duplicate key"),
        ("\n\n[download\n", "my.toml:3:"),
    ] {
        write_file(&desk, "my.toml", text);
        let wrong = run_with(&desk, &[], &["config", "--config", "my.toml"]).expect(2);
        assert!(wrong.err.contains(place) && wrong.out.is_empty() && !wrong.err.contains("hunter2"), "{wrong:#?}");
    }
}

#[test]
fn the_example_reads_back_as_it_is_and_with_every_key_set() {
    let desk = Desk::new();
    let example = run_with(&desk, &[], &["config", "--example"]).expect(0).out;
    write_file(&desk, "as-it-is.toml", &example);
    let is_key = |line: &&str| line.starts_with('#') && !line.starts_with("# ");
    let set: Vec<_> = example.lines().map(|line| line.strip_prefix('#').filter(|_| is_key(&line)).unwrap_or(line)).collect();
    write_file(&desk, "set.toml", &set.join("\n"));

    let defaults = run_with(&desk, &[], &["config", "--json"]).expect(0);
    assert_eq!(run_with(&desk, &[], &["config", "--json", "--config", "as-it-is.toml"]).expect(0).out, defaults.out);
    let all = run_with(&desk, &[], &["config", "--json", "--config", "set.toml"]).expect(0);
    assert_eq!(all.json().len(), example.lines().filter(is_key).count());
    for line in all.json() {
        let key = line["key"].as_str().unwrap();
        assert_eq!(line["source"]["from"], "file", "{key}");
        // These have defaults that no file can say.
        if !["store", "account", "transport.hub", "download.folder"].contains(&key) && !key.starts_with("scripts.") {
            assert_eq!(line["value"], setting(&defaults, key).0, "{key}");
        }
    }
    assert_eq!(setting(&all, "store").0, json!(desk.path("home/messages").to_str().unwrap()));
}

#[test]
fn a_wrong_configuration_keeps_nobody_from_help_completions_and_the_example() {
    let desk = Desk::new();
    write_file(&desk, "home/mynah/config.toml", "no = 1");
    for arguments in [&["--help"][..], &["config", "--help"], &["config", "--example"], &["completions", "bash"]] {
        run_with(&desk, &[], arguments).expect(0);
    }
    run_with(&desk, &[], &["config"]).expect(2);
}

#[test]
fn what_is_in_force_is_shown_for_people_in_columns_and_a_key_alone_by_its_value() {
    let desk = Desk::new();
    let variables = [("MYNAH_TRANSPORT_GROUPS", "ops, dev"), ("MYNAH_RECALL_WINDOW", "90 seconds")];
    let shown = run_with(&desk, &variables, &["config", "--store", "here"]).expect(0);
    let lines: Vec<_> = shown.out.lines().collect();
    let sources: Vec<_> = lines.iter().map(|line| line.find("  flag ").or(line.find("  variable ")).or(line.find("  default"))).collect();
    assert!(sources.iter().all(|column| column.is_some() && *column == sources[0]), "{shown:#?}");
    let row = |key: &str| lines.iter().find(|line| line.starts_with(key)).unwrap().split_whitespace().collect::<Vec<_>>();
    assert_eq!(row("store"), ["store", "here", "flag", "--store"]);
    assert_eq!(row("recall.window"), ["recall.window", "1m", "30s", "variable", "MYNAH_RECALL_WINDOW"]);
    assert!(shown.err.contains("there is no file") && shown.err.contains("mynah/config.toml"), "{shown:#?}");

    let one = |key: &str| run_with(&desk, &variables, &["config", key]).expect(0).out;
    assert_eq!(one("transport.groups"), "ops,dev\n");
    assert_eq!(one("account"), "\n");
    let unknown = run_with(&desk, &[], &["config", "memry"]).expect(2);
    assert!(unknown.err.contains("memory"), "{unknown:#?}");
    let help = run_with(&desk, &[], &["config", "--help"]).expect(0).out;
    let keys = shown.out.lines().map(|line| line.split_whitespace().next().unwrap());
    keys.for_each(|key| assert!(help.contains(&format!("\n  {key} ")), "{key}: {help}"));
}
