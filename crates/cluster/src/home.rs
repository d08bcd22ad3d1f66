//! Where a cluster lives: its data, password, log and lock; beside the caller's directory if the server cannot enter that.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::account::Account;
use crate::error::Step;
use crate::postmaster;
use crate::{ClusterError, Options};

/// In the caller's directory: a link to the place where the data really is.
const ELSEWHERE: &str = "elsewhere";
const PLACES: [&str; 2] = ["/var/lib/loadline", "/var/tmp/loadline"];
pub const DATA: &str = "data";
pub const PASSWORD_FILE: &str = "password";
const PASSWORD_BYTES: usize = 24;
/// A log larger than this is begun anew at the next start.
const MAX_LOG_BYTES: u64 = 16 << 20;

/// The directory of one cluster, locked for this process.
#[derive(Debug)]
pub struct Home {
    root: PathBuf,
    _lock: File,
}

impl Home {
    pub fn open(dir: &Path, account: Account) -> Result<Self, ClusterError> {
        make_dir(dir, 0o711)?;
        let dir = dir.canonicalize().map_err(ClusterError::files(Step::Open, dir))?;
        let lock = lock(&dir)?;
        let root = choose_root(&dir, account)?;
        Ok(Self { root, _lock: lock })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn data(&self) -> PathBuf {
        self.root.join(DATA)
    }

    pub fn log(&self) -> PathBuf {
        self.root.join("server.log")
    }

    pub fn password_file(&self) -> PathBuf {
        self.root.join(PASSWORD_FILE)
    }

    /// The major version of the data that is here, if there is any.
    pub fn data_major(&self) -> Option<u32> {
        std::fs::read_to_string(self.data().join("PG_VERSION")).ok()?.trim().parse().ok()
    }

    /// The password of this cluster, made at first use and readable by the server's account alone.
    pub fn password(&self, account: Account) -> Result<String, ClusterError> {
        let path = self.password_file();
        if let Ok(text) = std::fs::read_to_string(&path)
            && text.trim().len() == PASSWORD_BYTES * 2
        {
            return Ok(text.trim().to_owned());
        }
        let mut bytes = [0u8; PASSWORD_BYTES];
        File::open("/dev/urandom")
            .and_then(|mut random| random.read_exact(&mut bytes))
            .map_err(ClusterError::files(Step::Read, "/dev/urandom"))?;
        let password: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        write_private(&path, &password, account)?;
        Ok(password)
    }

    pub fn open_log(&self) -> Result<File, ClusterError> {
        let path = self.log();
        let too_long = std::fs::metadata(&path).is_ok_and(|meta| meta.len() > MAX_LOG_BYTES);
        if too_long {
            std::fs::remove_file(&path).map_err(ClusterError::files(Step::Remove, &path))?;
        }
        OpenOptions::new().create(true).append(true).mode(0o600).open(&path).map_err(ClusterError::files(Step::Write, &path))
    }
}

/// Where the cluster of `dir` keeps its files. Nothing is created.
pub fn find_root(dir: &Path) -> Option<PathBuf> {
    let dir = dir.canonicalize().ok()?;
    Some(std::fs::read_link(dir.join(ELSEWHERE)).unwrap_or(dir))
}

/// Removes the directories under `base` whose name begins with `prefix` and whose process is gone, with their servers.
/// Younger ones than `min_age` stay: their process may be about to lock them.
pub fn sweep(base: &Path, prefix: &str, min_age: Duration) {
    for entry in std::fs::read_dir(base).into_iter().flatten().flatten() {
        let dir = entry.path();
        let ours = entry.file_name().to_string_lossy().starts_with(prefix);
        let created = std::fs::metadata(dir.join("lock")).and_then(|meta| meta.modified());
        let old = created.is_ok_and(|time| time.elapsed().is_ok_and(|age| age >= min_age));
        if !ours || !old || lock(&dir).is_err() {
            continue;
        }
        let root = std::fs::read_link(dir.join(ELSEWHERE)).unwrap_or_else(|_| dir.clone());
        if postmaster::end_leftovers(&root.join("data"), Options::default().stop_deadline).is_ok() {
            // Somebody else may sweep at the same moment: what is gone already is no error.
            let _ = std::fs::remove_dir_all(&root);
            let _ = std::fs::remove_dir_all(&dir);
        }
    }
}

/// One process per cluster. The kernel lets go of the lock however that process ends.
fn lock(dir: &Path) -> Result<File, ClusterError> {
    let path = dir.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(ClusterError::files(Step::Write, &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ClusterError::InUse { dir: dir.to_path_buf() }),
        Err(TryLockError::Error(source)) => Err(ClusterError::Files { step: Step::Lock, path, source }),
    }
}

fn choose_root(dir: &Path, account: Account) -> Result<PathBuf, ClusterError> {
    let link = dir.join(ELSEWHERE);
    if let Ok(place) = std::fs::read_link(&link) {
        make_place(&place)?;
        return Ok(place);
    }
    if account.can_enter(dir) {
        return Ok(dir.to_path_buf());
    }
    let place = new_place(dir)?;
    symlink(&place, &link).map_err(ClusterError::files(Step::Link, &link))?;
    Ok(place)
}

/// A place outside for a directory that the server cannot enter, one per path.
fn new_place(dir: &Path) -> Result<PathBuf, ClusterError> {
    let mut hasher = DefaultHasher::new();
    dir.hash(&mut hasher);
    let name = format!("{:016x}", hasher.finish());
    let mut last = None;
    for base in PLACES {
        let place = Path::new(base).join(&name);
        match make_place(&place) {
            Ok(()) => {
                forget_old(&place)?;
                return Ok(place);
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.expect("there is at least one place to try"))
}

/// The link to what is here was removed with its directory, so this is data that somebody threw away.
fn forget_old(place: &Path) -> Result<(), ClusterError> {
    let data = place.join("data");
    postmaster::end_leftovers(&data, Options::default().stop_deadline)?;
    std::fs::remove_dir_all(place).map_err(ClusterError::files(Step::Remove, place))?;
    make_place(place)
}

fn make_place(place: &Path) -> Result<(), ClusterError> {
    let base = place.parent().unwrap_or(place);
    make_dir(base, 0o711)?;
    let meta = std::fs::symlink_metadata(base).map_err(ClusterError::files(Step::Open, base))?;
    if !meta.is_dir() || meta.uid() != nix::unistd::Uid::effective().as_raw() {
        return Err(ClusterError::OtherOwner { path: base.to_path_buf() });
    }
    make_dir(place, 0o711)
}

pub fn make_dir(dir: &Path, mode: u32) -> Result<(), ClusterError> {
    if dir.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(mode).create(dir).map_err(ClusterError::files(Step::Create, dir))
}

/// Writes a file that only the server's account (and root) can read.
fn write_private(path: &Path, text: &str, account: Account) -> Result<(), ClusterError> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(ClusterError::files(Step::Write, path))?;
    file.set_permissions(Permissions::from_mode(0o600))
        .and_then(|()| file.write_all(text.as_bytes()))
        .map_err(ClusterError::files(Step::Write, path))?;
    account.own(path)
}

/// Writes a file inside the data directory as the server's account would.
pub fn write_owned(path: &Path, text: &str, account: Account) -> Result<(), ClusterError> {
    write_private(path, text, account)
}
