//! Where a file is put.

use std::fs;

use mynah::fetch::{FetchError, FetchOrder};

use super::server::{Server, whole};
use super::{Desk, content, names};
use crate::damage::disk::SmallDisk;

async fn server(length: usize) -> Server {
    Server::tell(move |_| vec![whole(&content(length), "\"1\"")]).await
}

#[cfg(unix)]
#[tokio::test]
async fn a_symbolic_link_is_replaced_and_not_followed() {
    let server = server(1_000).await;
    let desk = Desk::new(&server);
    let elsewhere = tempfile::tempdir().unwrap();
    for name in ["file", "part"] {
        fs::write(elsewhere.path().join(name), "mine").unwrap();
    }
    std::os::unix::fs::symlink(elsewhere.path().join("file"), desk.target()).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("part"), desk.folder.path().join(".target.bin.mynah-part")).unwrap();
    desk.fetch_from(&server).await.unwrap();
    desk.assert_fetched(&content(1_000));
    assert!(!fs::symlink_metadata(desk.target()).unwrap().is_symlink());
    for name in ["file", "part"] {
        assert_eq!(fs::read(elsewhere.path().join(name)).unwrap(), b"mine");
    }
}

#[tokio::test]
async fn a_folder_is_no_target() {
    let server = server(1_000).await;
    let desk = Desk::new(&server);
    fs::create_dir(desk.target()).unwrap();
    for target in [desk.target(), desk.folder.path().join("..")] {
        let error = desk.fetch(FetchOrder::url(server.url("/file"), &target)).await.unwrap_err();
        assert!(matches!(&error, FetchError::NoFile { path } if *path == target), "{error}");
    }
    assert_eq!(desk.names(), ["target.bin"]);
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let server = server(1_000).await;
    let desk = Desk::new(&server);
    let error = desk.fetch(FetchOrder::url(server.url("/file"), desk.folder.path().join("missing/a.png"))).await.unwrap_err();
    assert!(error.to_string().contains("could not create") && error.to_string().contains("missing/.a.png.mynah-part"), "{error}");
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_full_disk_is_named_and_nothing_stays_on_it() {
    let Some(disk) = SmallDisk::mount(1) else { return };
    let server = server(3 << 20).await;
    let desk = Desk::new(&server);
    let error = desk.fetch(FetchOrder::url(server.url("/file"), disk.path().join("a.png"))).await.unwrap_err();
    let is_named = matches!(&error, FetchError::Io { act: "write", path, source }
        if path.starts_with(disk.path()) && source.kind() == std::io::ErrorKind::StorageFull);
    assert!(is_named, "{error:?}");
    assert!(names(disk.path()).is_empty(), "{:?}", names(disk.path()));
    assert_eq!(server.asked().len(), 1, "trying again would not help");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() {
    let Some(disk) = SmallDisk::mount(1) else { return };
    assert!(disk.run(&["mount", "-o", "remount,ro"]));
    let server = server(1_000).await;
    let error = Desk::new(&server).fetch(FetchOrder::url(server.url("/file"), disk.path().join("a.png"))).await.unwrap_err();
    let is_named = matches!(&error, FetchError::Io { source, .. } if source.kind() == std::io::ErrorKind::ReadOnlyFilesystem);
    assert!(is_named && error.to_string().contains(&*disk.path().to_string_lossy()), "{error}");
    assert!(server.asked().is_empty());
}
