//! The files of `web/`: compiled in; a debug build reads the folder, so that an edit is a reload.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

#[derive(RustEmbed)]
#[folder = "web/"]
struct Folder;

/// The module with which the application begins.
pub(super) const MAIN: &str = "main.js";

/// The media type of modules.
pub(super) const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// How many bytes of the hash name a build.
const BUILD_BYTES: usize = 6;

/// A file of the application.
pub(super) struct Asset {
    /// As it stands in the folder; of a module what runs.
    pub(super) bytes: Bytes,
    /// What it is.
    pub(super) media_type: &'static str,
    zipped: OnceLock<Bytes>,
}

impl Asset {
    fn new(path: &str, data: Cow<'static, [u8]>) -> Self {
        let media_type = media_type(path);
        let script = std::str::from_utf8(&data).ok().filter(|_| media_type == JAVASCRIPT);
        let bytes = match (script.map(without_comments), data) {
            (Some(script), _) => script.into(),
            (None, Cow::Borrowed(compiled_in)) => Bytes::from_static(compiled_in),
            (None, Cow::Owned(read)) => read.into(),
        };
        Self {
            bytes,
            media_type,
            zipped: OnceLock::new(),
        }
    }

    /// The file compressed, which is done once.
    pub(super) fn zipped(&self) -> Bytes {
        self.zipped.get_or_init(|| zipped(&self.bytes)).clone()
    }
}

/// Every file of the application, as of one build.
pub(super) struct Assets {
    /// 12 digits that change with any file.
    pub(super) build: String,
    /// The files by their paths below `web/`.
    pub(super) files: BTreeMap<String, Asset>,
    /// What [`MAIN`] imports at once, by way of others too, and itself.
    pub(super) first: BTreeSet<String>,
}

impl Assets {
    /// The files that are served now.
    pub(super) fn current() -> Arc<Self> {
        static KEPT: Mutex<Option<Arc<Assets>>> = Mutex::new(None);
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            // A debug build looks whether the folder has changed.
            Some(assets) if !cfg!(debug_assertions) || assets.build == build(&read()) => Arc::clone(assets),
            _ => Arc::clone(kept.insert(Arc::new(Self::of(read())))),
        }
    }

    fn of(data: BTreeMap<String, Cow<'static, [u8]>>) -> Self {
        let build = build(&data);
        let first = first(&data);
        let files = data.into_iter().map(|(path, data)| {
            let asset = Asset::new(&path, data);
            (path, asset)
        });
        Self {
            build,
            files: files.collect(),
            first,
        }
    }
}

fn read() -> BTreeMap<String, Cow<'static, [u8]>> {
    let file = |path: Cow<'static, str>| Some((path.clone().into_owned(), Folder::get(&path)?.data));
    Folder::iter().filter_map(file).collect()
}

/// Names what the files are: 12 digits of the hash of their paths and bytes.
fn build(files: &BTreeMap<String, Cow<'static, [u8]>>) -> String {
    let mut hash = Sha256::new();
    for (path, bytes) in files {
        for part in [path.as_bytes(), bytes.as_ref()] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
    }
    let digest = hash.finalize();
    digest.iter().take(BUILD_BYTES).fold(String::new(), |mut text, byte| {
        // Writing into a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What [`MAIN`] imports at once, by way of others too, and itself: what a browser needs before it can show anything.
fn first(files: &BTreeMap<String, Cow<'static, [u8]>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![MAIN.to_owned()];
    while let Some(path) = waiting.pop() {
        let Some(text) = files.get(&path).and_then(|bytes| std::str::from_utf8(bytes).ok()) else {
            continue;
        };
        if found.insert(path.clone()) {
            waiting.extend(imports(text).map(|import| resolved(&path, import)));
        }
    }
    found
}

/// What the text of a module imports at once: each import ends a line with its path. What is imported only when it is needed
/// stands in `import('…')`.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = line.trim_end().strip_suffix("';")?;
        let (before, path) = line.rsplit_once('\'')?;
        let is_import = before.ends_with("from ") || before == "import ";
        (is_import && path.starts_with('.')).then_some(path)
    })
}

/// The path below `web/` of what a module names by a path from its own folder.
fn resolved(from: &str, import: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in import.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// A module without its comments, which are a quarter of what is sent; each line stays where it is. A comment stands on lines
/// of its own, or is one of those that name the type of what follows.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines() {
        let said = line.trim_start();
        in_comment |= said.starts_with("/*");
        if in_comment {
            in_comment = !said.contains("*/");
            let rest = said.split_once("*/").map_or("", |(_, rest)| rest);
            code.push_str(&without_types(rest));
        } else if !said.starts_with("//") {
            code.push_str(&without_types(line));
        }
        code.push('\n');
    }
    code
}

/// A line without the comments in it that name types.
fn without_types(line: &str) -> String {
    let mut rest = line;
    let mut code = String::new();
    while let Some((before, comment)) = rest.split_once("/** @") {
        let Some((_, after)) = comment.split_once("*/") else {
            break;
        };
        code.push_str(before);
        rest = after;
    }
    code + rest
}

/// What a file is, by its name.
pub(super) fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => JAVASCRIPT,
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

pub(super) fn zipped(bytes: &[u8]) -> Bytes {
    let mut zip = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail; what was not compressed would not be served as if it were.
    match zip.write_all(bytes).and_then(|()| zip.finish()) {
        Ok(zipped) => zipped.into(),
        Err(_) => Bytes::new(),
    }
}
