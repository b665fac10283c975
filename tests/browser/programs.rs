//! How are nginx and Caddy started, as Debian has them, and ended with the test?

use std::fs;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::chromium::on_path;

/// A program that serves files, ended with the test.
pub struct Host {
    process: Child,
    port: u16,
    _folder: TempDir,
}

impl Host {
    /// Starts nginx with a configuration of this server block, in which PORT stands for the port.
    pub fn nginx(block: &str) -> Option<Host> {
        let program =
            on_path("nginx").or_else(|| Some("/usr/sbin/nginx".into()).filter(|path: &std::path::PathBuf| path.exists()))?;
        let folder = TempDir::with_prefix("xunzi-nginx-").expect("a folder");
        let port = free_port();
        let at = folder.path().display();
        let block = block.replace("PORT", &port.to_string());
        let paths: String =
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].iter().map(|n| format!("{n}_temp_path {at}/{n};")).collect();
        let text = format!(
            "daemon off; master_process off; pid {at}/pid; error_log {at}/error.log; events {{}} http {{ include /etc/nginx/mime.types; access_log off; {paths} {block} }}"
        );
        fs::write(folder.path().join("nginx.conf"), text).expect("the configuration is written");
        let process = Command::new(program)
            .arg("-c")
            .arg(folder.path().join("nginx.conf"))
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx starts");
        Some(Host { process, port, _folder: folder }.ready())
    }

    /// Starts Caddy with a Caddyfile of this text.
    pub fn caddy(text: &str) -> Option<Host> {
        let program = on_path("caddy")?;
        let folder = TempDir::with_prefix("xunzi-caddy-").expect("a folder");
        let port = free_port();
        let text = format!("{{\n admin off\n auto_https off\n}}\n{}", text.replace("PORT", &port.to_string()));
        fs::write(folder.path().join("Caddyfile"), text).expect("the configuration is written");
        let process = Command::new(program)
            .args(["run", "--config"])
            .arg(folder.path().join("Caddyfile"))
            .env("HOME", folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Caddy starts");
        Some(Host { process, port, _folder: folder }.ready())
    }

    fn ready(self) -> Host {
        let started = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(20), "the server does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        self
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).expect("a free port").port()
}

/// Whether a program that is not there may be done without: only outside of the long tests.
pub fn missing(name: &str) {
    assert!(std::env::var_os("XUNZI_ALL").is_none(), "the long tests need {name}: `./dev test --all` installs it");
    eprintln!("skipped: there is no {name}");
}
