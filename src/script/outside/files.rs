//! Files of messages, for scripts: saved below the script's own folder, or read into memory.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{Answer, Call, Data, Outside, Why};
use crate::archive::Archive;
use crate::fetch::safe_name;
use crate::model::Message;
use crate::session::{DownloadRequest, Part, content_of};

/// The most folders on the way to a file.
const DEPTH: usize = 16;
/// The longest path that a script can name, bytes.
const LONGEST: usize = 1_024;

impl Outside {
    pub(super) async fn save(&self, call: &Call, id: &str, element: usize, named: &str) -> Result<Answer, Why> {
        let Some(most) = call.reach.files else {
            return Err("the script has no folder of files: its manifest needs files = true, and that has to be granted".to_owned());
        };
        let message = self.message(call, id).await?.ok_or("there is no such message")?;
        let root = self.files.join(&*call.script);
        let (below, parts) = (root.clone(), named.to_owned());
        let (target, used) = aside(move || {
            let target = place_below(&below, &parts)?;
            // What it replaces does not count.
            let replaced = fs::symlink_metadata(&target).map_or(0, |found| found.len());
            Ok((target, size_of(&below).saturating_sub(replaced)))
        })
        .await?;
        let left = most.saturating_sub(used);
        let fetched = self.fetch(&message, element, &target, left).await?;
        let Ok(path) = fetched.0.strip_prefix(&root) else { return Err("a hook has put it elsewhere".to_owned()) };
        let path = path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        Ok(Answer::Data(Data::map([("path", path.into()), ("size", fetched.1.into()), ("hash", fetched.2.into())])))
    }

    pub(super) async fn read(&self, call: &Call, id: &str, element: usize, limit: u64) -> Result<Answer, Why> {
        let message = self.message(call, id).await?.ok_or("there is no such message")?;
        if let Some(hash) = content_of(&message, element) {
            let kept = self.look(move |archive: &Archive| archive.media(hash).ok().map(|file| read_up_to(file, limit))).await;
            if let Some(read) = kept {
                return read.map(|bytes| Answer::Data(text_or_bytes(bytes)));
            }
        }
        // Beside the folders of scripts, whose names do not begin with a dot; the same name again, so that a repeated run goes on.
        let folder = self.files.join(".reading");
        let target = folder
            .join(format!("{:016x}-{element}", xxhash_rust::xxh3::xxh3_64(format!("{}\0{}", call.script, message.id_text()).as_bytes())));
        aside(move || fs::create_dir_all(&folder).map_err(|error| format!("no room for the file: {error}"))).await?;
        let (path, ..) = self.fetch(&message, element, &target, limit).await?;
        let read = aside(move || {
            let read =
                fs::File::open(&path).map_err(|error| format!("the file cannot be read: {error}")).and_then(|file| read_up_to(file, limit));
            // What stays behind is replaced by the next one of this name.
            let _ = fs::remove_file(&target);
            read
        });
        Ok(Answer::Data(text_or_bytes(read.await?)))
    }

    /// Brings the file of an element to `target`, from the archive or from elsewhere. Returns where it is, its size and its hash.
    async fn fetch(&self, message: &Message, element: usize, target: &Path, most: u64) -> Result<(PathBuf, u64, String), Why> {
        let request = DownloadRequest::of(message, element, Part::Main);
        if let (Err(_), Some(hash)) = (&request, content_of(message, element)) {
            // An own message that has not left yet: its file has no address, but is kept.
            let target = target.to_owned();
            let copied = self.session.run(move |archive: &Archive| {
                let file = archive.media(hash).map_err(|error| error.to_string())?;
                let bytes = read_up_to(file, most)?;
                fs::write(&target, &bytes).map_err(|error| format!("the file cannot be written: {error}"))?;
                Ok::<_, Why>((target, bytes.len() as u64, hash.to_string()))
            });
            return copied.await;
        }
        if self.past.is_some() {
            return Err("a replay fetches no files".to_owned());
        }
        if self.session.archive().is_reader() {
            return Err("it is not fetched in a dry run".to_owned());
        }
        let request = request.map_err(|error| error.to_string())?.to_file(target).at_most(most);
        let fetched = self.session.download(request).outcome().await.map_err(|error| error.to_string())?;
        Ok((fetched.path, fetched.bytes, fetched.hash.to_string()))
    }
}

/// Runs work on files where it holds up nobody.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T, Why> + Send + 'static) -> Result<T, Why> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err("the host is ending".to_owned()))
}

fn read_up_to(file: fs::File, limit: u64) -> Result<Vec<u8>, Why> {
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| format!("the file cannot be read: {error}"))?;
    if bytes.len() as u64 > limit {
        return Err(format!("the file has more than {limit} bytes"));
    }
    Ok(bytes)
}

fn text_or_bytes(bytes: Vec<u8>) -> Data {
    String::from_utf8(bytes).map_or_else(|error| Data::Bytes(error.into_bytes()), Data::Text)
}

/// Bytes of all files below a folder. Links are not followed.
fn size_of(folder: &Path) -> u64 {
    let (mut open, mut sum) = (vec![folder.to_owned()], 0_u64);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(found) if found.is_dir() => open.push(entry.path()),
                Ok(found) => sum = sum.saturating_add(found.len()),
                Err(_) => {}
            }
        }
    }
    sum
}

/// The place of a file below `root` that a script names with `/`, its folders made. Each part is made a safe name; no link is followed, so that
/// nothing leads out.
fn place_below(root: &Path, named: &str) -> Result<PathBuf, Why> {
    let wrong = |why: &str| format!("{named:?} is no path in the script's folder of files: {why}");
    if named.is_empty() || named.len() > LONGEST {
        return Err(wrong("1 to 1,024 bytes are"));
    }
    let parts: Vec<&str> = named.split('/').collect();
    if parts.len() > DEPTH {
        return Err(wrong("16 parts are the most"));
    }
    if parts.iter().any(|part| part.is_empty() || part.chars().all(|letter| letter == '.') || part.contains(['\\', '\0'])) {
        return Err(wrong("it may not begin or end with /, nor contain . or .. or a backslash"));
    }
    let failed = |error: io::Error| format!("no room for the file: {error}");
    fs::create_dir_all(root).map_err(failed)?;
    let mut place = root.to_owned();
    for (at, part) in parts.iter().enumerate() {
        place.push(safe_name(part));
        let is_last = at + 1 == parts.len();
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_symlink() => return Err(wrong("a link is in its way")),
            Ok(found) if found.is_dir() == is_last => {
                return Err(wrong(if is_last { "there is a folder of this name" } else { "a file is in its way" }));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound && is_last => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir(&place).or_else(|error| if place.is_dir() { Ok(()) } else { Err(error) }).map_err(failed)?
            }
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_of_a_script_leads_out_of_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("bot");
        fs::create_dir_all(root.join("in")).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path(), root.join("out")).unwrap();
            std::os::unix::fs::symlink(folder.path().join("other"), root.join("link")).unwrap();
        }
        for wrong in [
            "",
            "/etc/passwd",
            "../x",
            "in/../../x",
            "./x",
            "in//x",
            "a/",
            "...",
            "a\\b",
            "a\0b",
            "out/x",
            "out",
            "link",
            "in",
            &"x/".repeat(20),
            &"x".repeat(2_000),
        ] {
            assert!(place_below(&root, wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(place_below(&root, "2024/03/a b.pdf").unwrap(), root.join("2024/03/a b.pdf"));
        assert_eq!(place_below(&root, "in/CON\u{202e}").unwrap(), root.join("in/_CON"));
        fs::write(root.join("in/file"), "x").unwrap();
        assert!(place_below(&root, "in/file/x").is_err() && place_below(&root, "in/file").is_ok());
        assert_eq!(size_of(&root), if cfg!(unix) { 1 + link_bytes(&root) } else { 1 });
    }

    fn link_bytes(root: &Path) -> u64 {
        ["out", "link"].iter().map(|link| fs::symlink_metadata(root.join(link)).unwrap().len()).sum()
    }
}
