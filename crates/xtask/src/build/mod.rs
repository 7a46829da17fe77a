//! What is deployed or published: `dist/worker`, `dist/admin`, `dist/page` and `dist/halyard`.

mod admin;
mod command_line;
mod page;
mod wasm;
mod worker;

use std::fs::{self, File};
use std::path::PathBuf;
use std::time::Instant;

use crate::fail::{Doing, Fail, Result};
use crate::setup::{self, wasm_target};
use crate::{place, stamp, ui};

pub(crate) use wasm::node_script;

/// Setup and build in one: the tools are built beside the project where they are missing.
pub(crate) fn everything() -> Result<()> {
    let began = Instant::now();
    let _turn = turn()?;
    let underway = setup::start()?;
    let compiled = compile();
    // Whatever failed here, what runs beside it is waited for: its folders are only whole when it has ended.
    let ready = underway.finish();
    let Compiled { toolchain, worker, admin, page } = compiled?;
    ready?;
    worker::bundle(toolchain, &worker)?;
    page::bundle(toolchain, &page)?;
    admin::bundle(toolchain, &admin)?;
    ui::done(&format!("dist/worker, dist/page, dist/admin and dist/halyard, in {}", ui::span(began.elapsed())));
    Ok(())
}

/// Two builds at once would clear each other's folders away; the second waits until the first has ended, however it ends.
fn turn() -> Result<File> {
    fs::create_dir_all(place::target()).doing(|| "make `target`".to_owned())?;
    let path = place::target().join("xtask-build.lock");
    let file = File::create(&path).doing(|| format!("write `{}`", path.display()))?;
    if file.try_lock().is_err() {
        ui::note("waiting for another build of this checkout");
        file.lock().doing(|| format!("lock `{}`", path.display()))?;
    }
    Ok(file)
}

/// The modules as the compiler left them, and which one it was.
struct Compiled {
    toolchain: wasm_target::Toolchain,
    worker: PathBuf,
    admin: PathBuf,
    page: page::Compiled,
}

/// Everything that needs a Rust compiler and nothing else.
fn compile() -> Result<Compiled> {
    let toolchain = wasm_target::ensure()?;
    command_line::build()?;
    ui::begin(&format!("compiling the worker for the web with {}", toolchain.name()));
    let worker = wasm::compile_fast(toolchain, "halyard-worker", "halyard_worker.wasm")?;
    let page = page::compile(toolchain)?;
    ui::begin(&format!("compiling the admin app for the web with {}", toolchain.name()));
    let admin = wasm::compile(toolchain, "halyard-web", "halyard-web.wasm")?;
    Ok(Compiled { toolchain, worker, admin, page })
}

/// What is loaded from `dist`, by the names that `budget.json` has for it, and the files that are loaded together.
pub(crate) fn parts() -> Result<Vec<(String, Vec<PathBuf>)>> {
    let admin = stamp::files_below(&place::dist().join("admin"))?
        .into_iter()
        .find(|file| file.extension().is_some_and(|extension| extension == "wasm"));
    let admin = admin.ok_or_else(|| Fail::new("`dist/admin` has no wasm module").hint("`cargo xtask build` makes it"))?;
    let mut parts = vec![("admin".to_owned(), vec![admin]), ("worker".to_owned(), vec![place::dist().join("worker").join(worker::MODULE)])];
    parts.extend(page::parts()?);
    Ok(parts)
}
