//! A private PostgreSQL server in a temporary folder, on a socket, as a user who is not root.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The user `nobody`: a server refuses to run as root.
const NOBODY: u32 = 65534;

pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    running: Option<Child>,
}

impl Server {
    /// Starts a server, or says that this was left out.
    pub async fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            println!("left out: PostgreSQL is not installed (Debian's package `postgresql`)");
            return None;
        };
        let folder = crate::folder("postgres");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        if is_root() {
            chown(&folder, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let mut server = Self { programs, folder, running: None };
        let data = server.folder.join("data");
        let made = server
            .command("initdb")
            .args(["--auth=trust", "--username=host", "--no-sync", "--encoding=UTF8", "-D"])
            .arg(&data)
            .status()
            .unwrap();
        assert!(made.success(), "initdb");
        server.start_again().await;
        Some(server)
    }

    /// What connects to it.
    pub fn url(&self) -> String {
        format!("host={} user=host dbname=postgres connect_timeout=5", self.folder.display())
    }

    /// Ends it at once, as a loss of power would: nothing is written any more.
    pub fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.kill().ok();
            running.wait().ok();
        }
    }

    /// Starts it again on the data that it left, and waits until it answers.
    pub async fn start_again(&mut self) {
        for _ in 0..600 {
            if self.running.as_mut().is_none_or(|child| child.try_wait().unwrap().is_some()) {
                // The children of a server that was killed may hold its memory for a moment.
                fs::remove_file(self.folder.join("data/postmaster.pid")).ok();
                let folder = self.folder.clone();
                let mut command = self.command("postgres");
                command.arg("-D").arg(folder.join("data")).arg("-k").arg(&folder);
                // What a killed server has written survives it without `fsync`; a machine would not.
                command.args(["-h", "", "-c", "fsync=off"]);
                self.running = Some(command.spawn().unwrap());
            }
            if tokio_postgres::connect(&self.url(), tokio_postgres::NoTls).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("PostgreSQL does not start in {}", self.folder.display());
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(&self.folder).stdout(Stdio::null()).stderr(Stdio::null());
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        fs::remove_dir_all(&self.folder).ok();
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Where the programs of the newest server are.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .filter(|programs: &PathBuf| Path::new(&programs.join("initdb")).exists())
        .collect();
    found.sort();
    found.pop()
}
