//! Where an archive goes: a directory, a tar, a compressed tar.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

/// The form of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Dir,
    Tar,
    TarGz,
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "dir" => Ok(Self::Dir),
            "tar" => Ok(Self::Tar),
            "tar.gz" => Ok(Self::TarGz),
            _ => Err(format!("{text:?} is no format; use dir, tar or tar.gz")),
        }
    }
}

impl Format {
    /// What a path's ending says; a path without a known one is a directory.
    pub fn of(path: &Path) -> Self {
        let name = path.to_string_lossy();
        match () {
            () if name.ends_with(".tar.gz") || name.ends_with(".tgz") => Self::TarGz,
            () if name.ends_with(".tar") => Self::Tar,
            () => Self::Dir,
        }
    }
}

/// An archive that is being written, file by file.
pub enum Output {
    Dir { root: PathBuf, made: PathBuf },
    Tar(tar::Builder<BufWriter<File>>),
    TarGz(Box<tar::Builder<GzEncoder<BufWriter<File>>>>),
}

impl Output {
    /// Begins an archive.
    ///
    /// # Errors
    /// When the place cannot be written, or a directory is there already: its files would mix with the new ones.
    pub fn create(path: &Path, format: Format) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        if format == Format::Dir {
            fs::create_dir(path)?;
            return Ok(Self::Dir {
                root: path.to_owned(),
                made: PathBuf::new(),
            });
        }
        let file = BufWriter::with_capacity(1 << 20, File::create(path)?);
        Ok(match format {
            Format::TarGz => {
                let zipped = GzEncoder::new(file, Compression::default());
                Self::TarGz(Box::new(tar::Builder::new(zipped)))
            }
            _ => Self::Tar(tar::Builder::new(file)),
        })
    }

    /// Puts a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Dir { root, made } => {
                let path = root.join(path);
                if let Some(folder) = path.parent()
                    && made.as_path() != folder
                {
                    fs::create_dir_all(folder)?;
                    *made = folder.to_owned();
                }
                fs::write(path, bytes)
            }
            Self::Tar(tar) => append(tar, path, bytes),
            Self::TarGz(tar) => append(tar, path, bytes),
        }
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// When its last bytes cannot be written.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Dir { .. } => Ok(()),
            Self::Tar(tar) => tar.into_inner()?.flush(),
            Self::TarGz(tar) => (*tar).into_inner()?.finish()?.flush(),
        }
    }
}

/// Nothing of the day or the machine is in the header, so that one seed gives one archive.
fn append<W: Write>(tar: &mut tar::Builder<W>, path: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(1_577_836_800);
    tar.append_data(&mut header, path, bytes)
}
