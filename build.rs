//! Names the build after the sources that answers are made of, and of the fonts that Typst's assets bring, ten megabytes, keeps
//! those that documents are set in: `documents/pdf.rs` compiles them in.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    // The linker writes the addresses that a program corrects as it starts as a bitmap, a tenth of the size of a table: since
    // glibc 2.36, that of Debian 12.
    if std::env::var("CARGO_CFG_TARGET_ENV").as_deref() == Ok("gnu") {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    println!("cargo::rustc-env=QUOTIDIEN_BUILD={}", build()?);
    #[cfg(feature = "pdf")]
    fonts::write()?;
    Ok(())
}

/// What the sources of the program digest to: a copy that a caller has of an answer is good for as long as they are the same.
fn build() -> Result<String, Box<dyn Error>> {
    let mut files = BTreeSet::new();
    for root in ["Cargo.lock", "Cargo.toml", "data", "src"] {
        add_files(Path::new(root), &mut files)?;
    }
    let mut digest = DefaultHasher::new();
    for file in files {
        digest.write(file.as_os_str().as_encoded_bytes());
        digest.write(&fs::read(file)?);
    }
    Ok(format!("{:016x}", digest.finish()))
}

/// Adds a file, or the files of a folder and of those in it.
fn add_files(path: &Path, files: &mut BTreeSet<PathBuf>) -> Result<(), Box<dyn Error>> {
    if !path.is_dir() {
        files.insert(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        add_files(&entry?.path(), files)?;
    }
    Ok(())
}

#[cfg(feature = "pdf")]
mod fonts {
    use std::error::Error;
    use std::fmt::Write as _;
    use std::io::Write as _;
    use std::path::PathBuf;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use ttf_parser::Face;
    use ttf_parser::name_id::POST_SCRIPT_NAME;

    /// The template's and the chart's, plain and strong, and that of digests. What they lack is had from none.
    const SET: [&str; 3] = ["LibertinusSerif-Regular", "LibertinusSerif-Bold", "DejaVuSansMono"];

    /// Writes each font, packed, and the list of them as Rust.
    pub(crate) fn write() -> Result<(), Box<dyn Error>> {
        let folder = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo names the folder")?);
        let mut list = String::from("[");
        for name in SET {
            let font = typst_assets::fonts()
                .find(|font| is_named(font, name))
                .ok_or_else(|| format!("the assets have no font {name}"))?;
            let mut packed = DeflateEncoder::new(std::fs::File::create(folder.join(name))?, Compression::best());
            packed.write_all(font)?;
            packed.finish()?;
            write!(list, "include_bytes!({name:?}).as_slice(),")?;
        }
        list.push(']');
        std::fs::write(folder.join("fonts.rs"), list)?;
        Ok(())
    }

    fn is_named(font: &[u8], name: &str) -> bool {
        Face::parse(font, 0).is_ok_and(|face| {
            let mut names = face.names().into_iter();
            names.any(|said| said.name_id == POST_SCRIPT_NAME && said.to_string().as_deref() == Some(name))
        })
    }
}
