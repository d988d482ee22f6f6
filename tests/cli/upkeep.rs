//! Looking after the archive: exports, backups, checks, several processes.

use std::fs;

use serde_json::json;

use super::Desk;

#[test]
fn an_export_imported_anew_exports_the_same_bytes() {
    let desk = Desk::with_messages();
    let id = &desk.run(&["history", "ops", "--limit", "1", "--json"]).expect(0).ids()[0];
    desk.run(&["edit", id, "edited, with \"quotes\" and \u{1f600}"]).expect(0);
    desk.run(&["read", "bob"]).expect(0);
    let told = desk.run(&["export", "-o", "first.jsonl", "--json"]).expect(0);
    assert_eq!(
        told.json(),
        [json!({"messages": 33, "conversations": 2, "files": 0, "missing_files": 0, "format": "messages", "file": "first.jsonl"})]
    );
    desk.run(&["import", "first.jsonl", "--store", "second"]).expect(0);
    desk.run(&["export", "--store", "second", "-o", "second.jsonl"]).expect(0);
    let (first, second) = (fs::read(desk.path("first.jsonl")).unwrap(), fs::read(desk.path("second.jsonl")).unwrap());
    assert!(!first.is_empty() && first == second);
    assert_eq!(desk.run(&["export"]).expect(0).out.as_bytes(), first);
    assert_eq!(desk.run(&["export", "--conversation", "bob"]).expect(0).out.lines().count(), 3);
    assert_eq!(desk.run(&["export", "--since", "2024"]).expect(0).out.lines().count(), 3);
    let failed = desk.run(&["export", "-o", "no/such/folder.jsonl"]).expect(1);
    assert!(failed.err.contains("could not create no/such/folder.jsonl"), "{failed:#?}");
    assert!(fs::read_dir(desk.folder.path()).unwrap().all(|entry| !entry.unwrap().file_name().to_string_lossy().ends_with(".part")));
}

#[test]
fn a_backup_restored_elsewhere_is_the_same_archive() {
    let desk = Desk::with_messages();
    desk.run(&["backup", "backups"]).expect(0);
    desk.run(&["edit", &desk.run(&["history", "ops", "--limit", "1", "--json"]).expect(0).ids()[0], "changed"]).expect(0);
    desk.run(&["backup", "backups", "--json"]).expect(0).last();
    let restored = desk.run(&["restore", "backups", "--store", "restored", "--json"]).expect(0);
    assert_eq!((&restored.last()["messages"], &restored.last()["findings"]), (&json!(33), &json!([])));
    assert_eq!(desk.run(&["export", "--store", "restored"]).expect(0).out, desk.run(&["export"]).expect(0).out);
    assert_eq!(desk.run(&["search", "changed", "--count", "--store", "restored"]).expect(0).out, "1\n");
    let refused = desk.run(&["restore", "backups"]).expect(1);
    assert!(refused.err.contains("not empty"), "{refused:#?}");
}

#[test]
fn what_a_backup_lacks_is_named_after_restoring_it() {
    let desk = Desk::with_messages();
    let id = &desk.run(&["history", "ops", "--limit", "1", "--json"]).expect(0).ids()[0];
    mynah::Archive::open(desk.path("store")).unwrap().attach(id, &b"a picture"[..]).unwrap();
    desk.run(&["backup", "backups"]).expect(0);
    fs::remove_dir_all(desk.path("backups/media")).unwrap();
    let restored = desk.run(&["restore", "backups", "--store", "restored", "--json"]).expect(1).last();
    assert_eq!((&restored["messages"], &restored["findings"][0]["part"]), (&json!(33), &json!("media")), "{restored}");
    let told = desk.run(&["restore", "backups", "--store", "again"]).expect(1);
    assert!(told.out.contains("33 messages restored to") && told.out.ends_with("not all is well\n"), "{told:#?}");
}

#[test]
fn the_archive_is_looked_after() {
    let desk = Desk::with_messages();
    let stats = desk.run(&["stats", "--json"]).expect(0).last();
    assert_eq!((&stats["messages"], &stats["conversations"], &stats["index_lag"]), (&json!(33), &json!(2), &json!(0)));
    assert!(stats["bytes_per_message"].as_f64().unwrap() > 0.0 && (0.0..=1.0).contains(&stats["index_share"].as_f64().unwrap()));
    let shown = desk.run(&["stats"]).expect(0).out;
    assert!(shown.contains("messages        33 (2 unread)\n") && shown.contains("index state     complete\n"), "{shown}");

    let report = desk.run(&["check", "--json"]).expect(0).last();
    assert_eq!((&report["messages"], &report["findings"]), (&json!(33), &json!([])));
    assert!(desk.run(&["check"]).expect(0).out.ends_with("all is well\n"));
    let built = desk.run(&["reindex", "--json"]).expect(0).last();
    assert_eq!((&built["messages"], &built["complete"]), (&json!(33), &json!(true)));
    assert!(desk.run(&["compact", "--json"]).expect(0).last()["bytes"].as_u64().unwrap() > 0);
}

#[test]
fn checking_an_archive_that_cannot_be_opened_names_the_damage() {
    let table = |desk: &Desk| {
        let files = fs::read_dir(desk.path("store/store")).unwrap().map(|entry| entry.unwrap().path());
        files.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "sst")).unwrap()
    };
    let harms: [&dyn Fn(&Desk); 3] =
        [&|desk| fs::remove_file(table(desk)).unwrap(), &|desk| fs::write(desk.path("store/store/CURRENT"), "").unwrap(), &|desk| {
            fs::remove_file(desk.path("store/store/CURRENT")).unwrap()
        }];
    for harm in harms {
        let desk = Desk::with_messages();
        harm(&desk);
        let report = desk.run(&["check", "--json"]).expect(1).last();
        assert_eq!((&report["messages"], &report["media"], &report["samples"]), (&json!(0), &json!(0), &json!(0)));
        let findings = report["findings"].as_array().unwrap();
        assert_eq!((findings.len(), &findings[0]["part"]), (1, &json!("store")), "{report}");
        let told = desk.run(&["check"]).expect(1);
        assert!(told.out.starts_with("store: ") && told.out.contains("restore a backup"), "{told:#?}");
        assert!(told.out.ends_with("not all is well\n"), "{told:#?}");
        for arguments in [&["read", "--all"][..], &["check"]] {
            let told = desk.run(arguments).expect(1);
            assert!(!told.err.contains("mynah check"), "checking could not say more: {told:#?}");
        }
    }
    let missing = Desk::new().run(&["check", "--json"]).expect(1);
    assert!(missing.out.is_empty() && missing.err.contains("holds no mynah store"), "{missing:#?}");
}

#[test]
fn others_read_while_one_process_writes_and_a_second_writer_is_told_which() {
    let desk = Desk::with_messages();
    let writer = desk.writer();
    let pid = writer.child.id().to_string();
    assert_eq!(desk.run(&["search", "deploy", "--count"]).expect(0).out, "30\n");
    assert_eq!(desk.run(&["history", "ops", "--json"]).expect(0).ids().len(), 20);
    assert_eq!(desk.run(&["export"]).expect(0).out.lines().count(), 33);
    desk.run(&["stats"]).expect(0);
    let refused = desk.run(&["edit", "alice-1-1", "text"]).expect(1);
    assert!(refused.err.contains(&format!("being written by process {pid}")), "{refused:#?}");
    writer.end().expect(0);
    desk.run(&["read", "--all"]).expect(0);
}
