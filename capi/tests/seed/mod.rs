//! The examples of the message API's document, completed to programs of this folder: each ends well and says how it went.

use std::process::Command;

use crate::library::{compile, compiler, files, package, succeed};

#[track_caller]
fn check(name: &str, expected: &str) {
    let mut compiler = compiler("c++", "c++17");
    compiler.args(["-isystem", "/usr/include/jsoncpp"]);
    let program = compile_with_json(compiler, name);
    assert_eq!(succeed(&mut Command::new(program)), format!("{expected}\n"));
}

#[track_caller]
fn compile_with_json(compiler: Command, name: &str) -> std::path::PathBuf {
    let source = package().join("tests/seed").join(name).with_extension("cpp");
    compile(compiler, &format!("seed-{name}"), &[source, "-ljsoncpp".into()])
}

macro_rules! programs {
    ($($name:ident: $expected:literal)*) => {
        $(
            #[test]
            fn $name() {
                check(stringify!($name), $expected);
            }
        )*

        #[test]
        fn every_program_is_run() {
            let found: Vec<_> = files(&package().join("tests/seed"), "cpp").iter().map(|path| path.file_stem().unwrap().to_owned()).collect();
            assert_eq!(found, [$(stringify!($name)),*]);
        }
    };
}

programs! {
    batch_send: "two got it"
    c2c_receive_message_opt: "one option each"
    cancel_send: "sent or cancelled, not both"
    clear_history_message: "cleared"
    delete: "deleted"
    download_elem_to_path: "downloaded, byte by byte the same"
    download_merger_message: "two were bundled"
    find_by_msg_locator_list: "located"
    find_messages: "found two, the oldest first"
    get_msg_list: "three older, two newer"
    group_receive_message_opt: "the group does not notify"
    import_msg_list: "imported once, at its own time"
    list_delete: "both deleted, and once a second is the limit"
    mark_all_message_as_read: "a peer and a group are read"
    report_readed: "two were unread, none is"
    revoke: "recalled, and still in history"
    save_msg: "saved here, and nowhere else"
    search_local_messages: "two messages, two conversations"
    send_message: "sent under the id that was known at once"
    send_new_msg: "sent to a group"
    set_local_custom_data: "noted"
}
