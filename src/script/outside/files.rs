//! Files of messages, for scripts: saved below the script's own folder, or read into memory.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{Answer, Call, Data, Outside, Why};
use crate::archive::Archive;
use crate::model::Message;
use crate::script::own_files;
use crate::session::{DownloadRequest, Part, content_of};

impl Outside {
    pub(super) async fn save(&self, call: &Call, id: &str, element: usize, named: &str) -> Result<Answer, Why> {
        let Some(most) = call.reach.files else {
            return Err("the script has no folder of files: its manifest needs files = true, and that has to be granted".to_owned());
        };
        let message = self.message(call, id).await?.ok_or("there is no such message")?;
        let root = self.files.join(&*call.script);
        let (below, parts) = (root.clone(), named.to_owned());
        let (target, used) = aside(move || {
            let target = own_files::place(&below, &parts)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_folder_is_that_of_its_files_and_not_of_what_links_lead_to() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("bot");
        fs::create_dir_all(root.join("in")).unwrap();
        fs::write(folder.path().join("large"), [0; 1_000]).unwrap();
        fs::write(root.join("in/file"), "x").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path().join("large"), root.join("link")).unwrap();
        assert!((1..1_000).contains(&size_of(&root)), "{}", size_of(&root));
    }
}
