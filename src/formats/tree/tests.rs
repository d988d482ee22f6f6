use std::fs;
use std::io::Write as _;

use super::*;

/// A zip archive of these files, not packed, as any program could write it.
fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let sizes = [crc.sum(), content.len() as u32, content.len() as u32].map(u32::to_le_bytes).concat();
        let at = bytes.len() as u32;
        bytes.extend_from_slice(b"PK\x03\x04\x0a\0\0\x08\0\0\0\0\0\0");
        bytes.extend_from_slice(&sizes);
        bytes.extend_from_slice(&[&(name.len() as u16).to_le_bytes()[..], &[0, 0], name.as_bytes(), content].concat());
        directory.extend_from_slice(b"PK\x01\x02\x0a\x03\x0a\0\0\x08\0\0\0\0\0\0");
        directory.extend_from_slice(&sizes);
        directory.extend_from_slice(&(name.len() as u16).to_le_bytes());
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let (start, length) = ((bytes.len() as u32).to_le_bytes(), (directory.len() as u32).to_le_bytes());
    let count = (files.len() as u16).to_le_bytes();
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(&[b"PK\x05\x06\0\0\0\0", &count[..], &count, &length, &start, &[0, 0]].concat());
    bytes
}

fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn read(tree: &Tree, path: &str) -> Result<String, String> {
    let mut text = String::new();
    tree.open(path).map_err(|error| error.to_string())?.read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

fn paths(tree: &Tree) -> Vec<&str> {
    tree.entries().iter().map(|entry| &*entry.path).collect()
}

#[test]
fn a_folder_a_zip_and_a_tar_of_the_same_files_are_the_same_tree() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let files: &[(&str, &[u8])] = &[("a/one.txt", b"1"), ("two.txt", b"22")];
    fs::create_dir_all(at("plain/a")).unwrap();
    for (name, content) in files {
        fs::write(at("plain").join(name), content).unwrap();
    }
    fs::write(at("x.zip"), zip_of(files)).unwrap();
    fs::write(at("x.tar"), tar_of(files)).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(fs::File::create(at("x.tgz")).unwrap(), flate2::Compression::fast());
    gzip.write_all(&tar_of(files)).unwrap();
    gzip.finish().unwrap();
    for name in ["plain", "x.zip", "x.tar", "x.tgz"] {
        let trees = Tree::named(&at(name)).unwrap();
        let [tree] = &trees[..] else { panic!("{name}: {} trees", trees.len()) };
        assert_eq!(paths(tree), ["a/one.txt", "two.txt"], "{name}");
        assert_eq!((tree.size("two.txt"), read(tree, "a/one.txt").as_deref()), (Some(2), Ok("1")), "{name}");
        assert_eq!(read(tree, "two.txt").as_deref(), Ok("22"), "{name}");
        assert!(tree.size("three.txt").is_none() && read(tree, "three.txt").is_err(), "{name}");
    }
    assert_eq!(Tree::named(folder.path()).unwrap().len(), 4, "each archive in a folder is a tree");
}

#[test]
fn names_that_lead_elsewhere_and_links_are_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("x.zip"), zip_of(&[("../evil", b"1"), ("/etc/evil", b"2"), ("good", b"3")])).unwrap();
    let tree = Tree::named(&at("x.zip")).unwrap().remove(0);
    assert_eq!((paths(&tree), tree.passed().len()), (vec!["good"], 2));
    #[cfg(unix)]
    {
        fs::create_dir(at("plain")).unwrap();
        fs::write(at("secret"), "s").unwrap();
        std::os::unix::fs::symlink(at("secret"), at("plain/link")).unwrap();
        std::os::unix::fs::symlink(folder.path(), at("plain/up")).unwrap();
        let tree = Tree::named(&at("plain")).unwrap().remove(0);
        assert_eq!((paths(&tree).len(), tree.passed().len()), (0, 2));
        assert!(read(&tree, "up/secret").is_err() && read(&tree, "../secret").is_err());
    }
}

#[test]
fn what_lies_beside_a_named_file_is_found_and_not_listed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("_chat.txt"), "x").unwrap();
    fs::write(folder.path().join("photo.jpg"), "yy").unwrap();
    let tree = Tree::named(&folder.path().join("_chat.txt")).unwrap().remove(0);
    assert_eq!((paths(&tree), tree.size("photo.jpg")), (vec!["_chat.txt"], Some(2)));
    assert_eq!((read(&tree, "photo.jpg").as_deref(), tree.size("../x")), (Ok("yy"), None));
}

#[test]
fn an_archive_that_is_damaged_or_a_bomb_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.zip");
    let whole = zip_of(&[("a.txt", b"hello, hello"), ("b.txt", b"x")]);
    fs::write(&path, &whole[..whole.len() - 30]).unwrap();
    let error = Tree::named(&path).err().unwrap().to_string();
    assert!(error.contains("directory is damaged"), "{error}");
    let mut flipped = whole.clone();
    flipped[30 + 5 + 3] ^= 1;
    fs::write(&path, flipped).unwrap();
    let error = read(&Tree::named(&path).unwrap()[0], "a.txt").unwrap_err();
    assert!(error.contains("checksum"), "{error}");
    assert!(is_bomb(1 << 20, 1 << 30) && !is_bomb(1 << 20, 20 << 20) && !is_bomb(10, 1 << 20));
}
