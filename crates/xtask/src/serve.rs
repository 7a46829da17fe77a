//! `cargo xtask serve`: the worker in a real workerd on this machine, with its data in a folder.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::arguments::Serve;
use crate::fail::{Doing, Fail, Result};
use crate::{build, place, run, ui};

/// How long a port may stay taken by a predecessor that is just ending.
const PORT_PATIENCE: Duration = Duration::from_millis(1500);
/// How long the server may take to end when asked to.
const END_PATIENCE: Duration = Duration::from_secs(8);

/// What happens while it runs.
enum Event {
    /// It answers; the line that it printed.
    Ready(String),
    /// A person or a program wants it to stop.
    Stop,
    /// Its stdout closed: it ended by itself.
    Ended,
}

/// Builds, starts, tells, and stays until it is stopped.
pub(crate) fn serve(options: &Serve) -> Result<()> {
    let port = free_port(options.port)?;
    let data = std::path::absolute(&options.data).doing(|| format!("find `{}`", options.data.display()))?;
    build::everything()?;
    ui::begin("starting workerd");
    let mut server = Server::start(port, &data, options.empty)?;
    let (sender, events) = mpsc::channel();
    server.listen(sender.clone())?;
    listen_for_signals(sender)?;
    while let Ok(event) = events.recv() {
        match event {
            Event::Ready(line) => tell(&line, &data, options.json)?,
            Event::Stop => {
                server.stop()?;
                ui::done("stopped; the data stays");
                return Ok(());
            }
            Event::Ended => {
                let status = server.sweep()?;
                return Err(Fail::new(format!("the server ended by itself ({status})")).hint("its last words are above"));
            }
        }
    }
    Ok(())
}

/// The port that was asked for, if nobody has it; a free one for 0.
fn free_port(wanted: u16) -> Result<u16> {
    let deadline = Instant::now() + PORT_PATIENCE;
    loop {
        match TcpListener::bind(("127.0.0.1", wanted)) {
            Ok(listener) => return listener.local_addr().map(|address| address.port()).doing(|| "read a port".to_owned()),
            Err(_) if Instant::now() < deadline => thread::sleep(Duration::from_millis(100)),
            Err(error) => {
                return Err(Fail::usage(format!("port {wanted} cannot be had: {error}"))
                    .hint("stop what listens there, or choose another with `--port N` (`--port 0` takes any free one)"));
            }
        }
    }
}

fn listen_for_signals(sender: mpsc::Sender<Event>) -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).doing(|| "listen for signals".to_owned())?;
    thread::spawn(move || {
        for _ in signals.forever() {
            if sender.send(Event::Stop).is_err() {
                break;
            }
        }
    });
    Ok(())
}

/// The Node process that runs workerd. It ends when its stdin does, so it cannot outlive us, however we end.
struct Server {
    child: Child,
}

impl Server {
    fn start(port: u16, data: &Path, empty: bool) -> Result<Self> {
        let settings = json!({ "port": port, "data": data, "dist": place::dist(), "wrangler": place::root().join("worker/wrangler.jsonc"), "demo": !empty });
        let mut command = run::command("node");
        command
            .arg(place::root().join("crates/xtask/node/serve.mjs"))
            .arg(settings.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A terminal's Ctrl-C goes to us alone; we then end it in order.
            .process_group(0);
        Ok(Self { child: command.spawn().doing(|| "start `node`".to_owned())? })
    }

    fn listen(&mut self, sender: mpsc::Sender<Event>) -> Result<()> {
        let output: ChildStdout = self.child.stdout.take().ok_or_else(|| Fail::new("the server has no output"))?;
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(std::result::Result::ok) {
                if sender.send(Event::Ready(line)).is_err() {
                    return;
                }
            }
            // Nobody listens any more when we are already on the way out.
            let _ = sender.send(Event::Ended);
        });
        Ok(())
    }

    /// Asks it to end by closing its stdin, and insists when it does not.
    fn stop(&mut self) -> Result<()> {
        drop(self.child.stdin.take());
        let deadline = Instant::now() + END_PATIENCE;
        while Instant::now() < deadline {
            if self.child.try_wait().doing(|| "wait for the server".to_owned())?.is_some() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        self.sweep().map(|_| ())
    }

    /// Ends whatever is left of its process group: a workerd whose Node was killed would keep the port.
    fn sweep(&mut self) -> Result<ExitStatus> {
        let group = format!("-{}", self.child.id());
        // An empty group is what we hope for; then kill has nothing to do and says so.
        let _ = run::captured(run::command("kill").args(["-KILL", "--", &group]));
        self.child.wait().doing(|| "wait for the server".to_owned())
    }
}

fn tell(line: &str, data: &Path, as_json: bool) -> Result<()> {
    let told: Value = serde_json::from_str(line).doing(|| "read what the server said".to_owned())?;
    if as_json {
        ui::answer(&told.to_string());
    } else {
        ui::answer(&for_people(&told, data));
    }
    Ok(())
}

/// The addresses, the keys and what to try, for a person.
fn for_people(told: &Value, data: &Path) -> String {
    let text = |pointer: &str| told.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let url = text("/url");
    let mut out = vec![String::new(), ui::bold("Halyard is up"), format!("  sign in      {}", text("/adminLink"))];
    if told.get("releaserLink").is_some_and(Value::is_string) {
        out.push(format!("  who releases {}", text("/releaserLink")));
    }
    out.push(format!("  health       {url}/health"));
    out.push(format!("  data         {}", shown(data)));
    if told.get("token").is_none_or(Value::is_null) {
        out.push(String::new());
        out.push("  This folder's project was not made by `serve`; its keys are not known here.".to_owned());
        return out.join("\n");
    }
    out.push(String::new());
    out.push(ui::bold("SDK keys"));
    for (environment, keys) in told.get("sdkKeys").and_then(Value::as_object).into_iter().flatten() {
        let key = |kind: &str| keys.get(kind).and_then(Value::as_str).unwrap_or_default().to_owned();
        out.push(format!("  {environment:<12} server   {}", key("server")));
        out.push(format!("  {:<12} browser  {}", "", key("browser")));
    }
    out.push(String::new());
    out.push(ui::bold("Try"));
    out.push(format!(
        "  curl -s {url}/ofrep/v1/evaluate/flags -H 'Authorization: Bearer {}' \\\n    -H 'Content-Type: application/json' -d '{{\"context\":{{\"targetingKey\":\"ann\",\"email\":\"ann@acme.example\",\"country\":\"NL\"}}}}'",
        text("/sdkKeys/production/server")
    ));
    out.push(format!("  HALYARD_TOKEN={} \\\n    dist/halyard log --store {url} --env production", text("/token")));
    out.push(String::new());
    out.push("Ctrl-C stops it.".to_owned());
    out.join("\n")
}

/// A path as seen from where the person is.
fn shown(path: &Path) -> String {
    let here: Option<PathBuf> = std::env::current_dir().ok();
    here.and_then(|here| path.strip_prefix(here).ok().map(|rest| rest.display().to_string())).unwrap_or_else(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_the_caller_s_mistake_and_names_the_way_out() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let fail = free_port(taken.local_addr().unwrap().port()).unwrap_err();
        assert_eq!(fail.code, 2);
        assert!(fail.hint.unwrap().contains("--port"));
    }

    #[test]
    fn port_0_is_any_free_one() {
        assert_ne!(free_port(0).unwrap(), 0);
    }

    #[test]
    fn people_are_told_the_link_the_keys_and_what_to_try() {
        let told = json!({ "url": "http://127.0.0.1:1", "adminLink": "http://127.0.0.1:1/sign-in#l", "releaserLink": "http://127.0.0.1:1/sign-in#r", "token": "t1", "sdkKeys": { "production": { "server": "s1", "browser": "b1" } } });
        let text = for_people(&told, Path::new("/elsewhere/data"));
        for part in ["/sign-in#l", "who releases http://127.0.0.1:1/sign-in#r", "Bearer s1", "b1", "HALYARD_TOKEN=t1", "/elsewhere/data"] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }

    #[test]
    fn a_project_of_unknown_keys_is_told_as_that() {
        let told = json!({ "url": "http://127.0.0.1:1", "adminLink": "http://127.0.0.1:1/sign-in#l", "token": null, "sdkKeys": {} });
        assert!(for_people(&told, Path::new("/d")).contains("keys are not known"));
    }
}
