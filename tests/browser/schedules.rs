//! What if everything comes at once? Slow, queued, aborted and trapped jobs in random order, on a host with random faults: no
//! job is left unanswered, and no code says what was not so.
//!
//! A seed is one schedule, of which there are sixty, a thousand with `XUNZI_ALL=1`; `XUNZI_SCHEDULE=17` runs that one alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::chromium::Browser;
use crate::generate::Rng;
use crate::server::{Server, Wrong};
use crate::world::{SITES, World, ask_of_today, header_of, is_whole, page_without_worker, spoiled};

#[derive(Debug)]
/// What may befall a request: the files, how it is answered, the codes that this may be told by, how often it befalls each.
struct Fault {
    part: &'static str,
    wrong: Wrong,
    codes: &'static [&'static str],
    times: usize,
}

/// A random schedule.
struct Schedule {
    faults: Vec<Fault>,
    /// The engine's function that goes wrong, how, and in how many workers.
    spoilt: Option<(&'static str, String, usize)>,
    /// The page may have no worker.
    alone: bool,
    /// As the page's script takes them.
    jobs: Vec<Value>,
}

const PARTS: [&str; 9] = ["/manifest", "/ask.js", "/worker.js", "/engine.wasm", "/root.dat", "/dict.dat", "/g/", "/t/", "/c/"];

fn fault(rng: &mut Rng) -> Fault {
    let late = Wrong::Late(Duration::from_millis(rng.within(20, 500) as u64));
    let drip = Wrong::Drip(Duration::from_millis(rng.within(5, 60) as u64));
    let kinds: [(Wrong, &[&str]); 8] = [
        (late.clone(), &[]),
        (late, &[]),
        (drip, &[]),
        (Wrong::Status(404), &["not-found"]),
        (Wrong::Html, &["corrupt", "not-found"]),
        (Wrong::Flip(rng.within(300, 900)), &["corrupt"]),
        (Wrong::Closed, &["offline"]),
        (Wrong::Hang, &["offline"]),
    ];
    let (wrong, codes) = rng.pick(&kinds).clone();
    // Most befall the texts, of which there are many; and some are over soon.
    let part = if rng.chance(1, 2) { "/t/" } else { *rng.pick(&PARTS) };
    Fault { part, wrong, codes, times: *rng.pick(&[1, 2, usize::MAX]) }
}

fn schedule(world: &World, seed: u64) -> Schedule {
    let mut rng = Rng::new(seed);
    let faults: Vec<Fault> = (0..rng.below(4)).map(|_| fault(&mut rng)).collect();
    let alone = rng.chance(1, 6);
    let spoilt = rng.chance(1, 2).then(|| {
        let function = *rng.pick(&["step", "step", "feed", "search", "article", "close", "fail"]);
        let how = if rng.chance(1, 8) && !alone { "for (;;);" } else { "trap()" };
        (function, format!("if (n == {}) {how}", rng.below(12)), *rng.pick(&[1, 1, 1, 2, 3]))
    });
    let truths = &world.truths[0];
    let job = |rng: &mut Rng| {
        let abort = if rng.chance(1, 3) { json!(rng.within(0, 900)) } else { Value::Null };
        let (call, values, expected) = match rng.below(10) {
            0 => ("search", json!([null]), json!("bad-request")),
            1 => ("search", json!(["一", {"sort": "none"}]), json!("bad-request")),
            2 => ("article", json!([0.5]), json!("bad-request")),
            3 => ("search", json!(["一".repeat(600)]), json!("too-long")),
            4 => ("article", json!([4_000]), json!("none")),
            _ => {
                let which = rng.below(truths.len());
                let call = truths[which].0.as_array().expect("a call");
                (call[0].as_str().expect("a name"), json!(call[1..]), json!(which))
            }
        };
        json!({"call": call, "values": values, "expected": expected, "delay": rng.within(0, 600), "abort": abort,
            "throws": rng.chance(1, 4), "closes": rng.chance(1, 12)})
    };
    let jobs = (0..rng.within(3, 10)).map(|_| job(&mut rng)).collect();
    Schedule { faults, spoilt, alone, jobs }
}

/// Runs jobs as they are told, and answers what became of each.
const DRIVER: &str = r#"(async (jobs) => {
    const { open } = await import("/xunzi/xunzi.js");
    const pause = (ms) => new Promise((go) => setTimeout(go, ms));
    globalThis.thrown = [];
    addEventListener("error", (e) => { e.preventDefault(); thrown.push(e.message); });
    addEventListener("unhandledrejection", (e) => thrown.push("rejected: " + e.reason));
    return Promise.all(jobs.map(async ({ call, values, delay, abort, throws, closes }) => {
        await pause(delay);
        const began = performance.now(), fail = () => { throw Error("on purpose"); };
        const work = (async () => {
            const index = await open("/xunzi/", { pace: .3, onbytes: throws ? fail : null });
            if (closes) setTimeout(index.close, 300);
            const control = new AbortController();
            if (abort !== null) setTimeout(() => control.abort(), abort);
            const [first, ...rest] = values;
            const options = { ...rest.at(-1), signal: control.signal, onprogress: throws ? fail : undefined };
            const found = await (call === "article" ? index.article(first, "", options) : index.search(first, options));
            index.close();
            return { found };
        })().catch((e) => ({ code: e.code ?? String(e), message: e.message }));
        const outcome = await Promise.race([work, pause(60000).then(() => ({ code: "unanswered" }))]);
        return { ...outcome, ms: Math.round(performance.now() - began) };
    }));
})"#;

/// What is wrong with what became of a job, if anything.
fn judge(schedule: &Schedule, job: &Value, outcome: &Value, world: &World) -> Result<(), String> {
    let wrong = |what: &str| {
        Err(format!("{what}: {job:.200} came to {outcome:.300}; engine {:?}, faults {:?}", schedule.spoilt, schedule.faults))
    };
    let mut codes: Vec<&str> = schedule.faults.iter().flat_map(|fault| fault.codes).copied().collect();
    // One trap, or one loop, is got over; the second makes an end of a job.
    if schedule.spoilt.as_ref().is_some_and(|(_, _, workers)| *workers > 1) {
        codes.push("corrupt");
    }
    let may_end = !job["abort"].is_null() || job["closes"] == true;
    if let Some(code) = outcome["code"].as_str() {
        let asked_for = job["expected"] == code || (code == "aborted" && may_end);
        if !asked_for && !codes.contains(&code) {
            return wrong("a code that is not so");
        }
        return if outcome["message"].as_str().is_none_or(str::is_empty) { wrong("no word of why") } else { Ok(()) };
    }
    let Some(which) = job["expected"].as_u64() else {
        return if job["expected"] == "none" && outcome["found"].is_null() { Ok(()) } else { wrong("an answer to no question") };
    };
    let asked = &world.truths[0][which as usize];
    let mut outcome = outcome.clone();
    let no_manifest = |fault: &Fault| fault.part == "/manifest" && fault.codes == ["offline"];
    if let Some(found) = outcome["found"].as_object_mut()
        && schedule.faults.iter().any(no_manifest)
    {
        found.remove("stale");
    }
    if is_whole(&outcome, asked) {
        return Ok(());
    }
    let problem = &outcome["found"]["problem"]["code"];
    if outcome["found"]["state"] == "partial" && problem.as_str().is_some_and(|code| codes.contains(&code)) {
        return Ok(());
    }
    wrong("neither the whole answer nor a part that says so")
}

/// Runs a schedule, then asks everything once more when all faults are over.
fn run(world: &Arc<World>, browser: &Browser, server: &Server, seed: u64) -> Result<(), String> {
    let schedule = schedule(world, seed);
    server.set_fault(|_, _| None);
    let page = if schedule.alone {
        page_without_worker(browser, server)
    } else {
        let page = browser.private_page();
        // A worker that goes wrong must not be kept for later.
        server.set_headers(|path| if path.contains("/worker.js") { String::new() } else { header_of(path) });
        page.open(&server.url("/empty.html"));
        page
    };
    server.forget();
    let spoiling = Arc::clone(world);
    let spoilt = schedule.spoilt.clone();
    let faults: Vec<(&str, Wrong, usize)> = schedule.faults.iter().map(|f| (f.part, f.wrong.clone(), f.times)).collect();
    server.set_fault(move |path, before| {
        let own = faults.iter().find(|(part, _, times)| path.contains(part) && before < *times);
        let spoil = || {
            let (function, how, workers) = spoilt.as_ref()?;
            (path.contains("/worker.js") && before < *workers).then(|| spoiled(&spoiling, function, how))
        };
        own.map(|(_, wrong, _)| wrong.clone()).or_else(spoil)
    });
    let outcomes = page.evaluate(&format!("{DRIVER}({})", json!(schedule.jobs)));
    let outcomes = outcomes.as_array().ok_or("no outcomes")?;
    for (job, outcome) in schedule.jobs.iter().zip(outcomes) {
        judge(&schedule, job, outcome, world)?;
    }
    if let Some(strange) =
        page.evaluate("thrown").as_array().and_then(|thrown| thrown.iter().find(|what| !what.to_string().contains("on purpose")))
    {
        return Err(format!("the page was told of {strange}"));
    }
    server.set_fault(|_, _| None);
    for (outcome, asked) in ask_of_today(&page, "", SITES[0], &world.truths[0]).iter().zip(&world.truths[0]) {
        if !is_whole(outcome, asked) {
            return Err(format!(
                "all is over, yet {} answers {outcome:.500}; engine {:?}, alone {}, faults {:?}",
                asked.0, schedule.spoilt, schedule.alone, schedule.faults
            ));
        }
    }
    Ok(())
}

#[test]
fn no_schedule_leaves_a_job_unanswered_or_tells_a_wrong_code() {
    let (world, browser) = (Arc::new(World::new()), Browser::start());
    let only = std::env::var("XUNZI_SCHEDULE").ok().and_then(|seed| seed.parse().ok());
    let count = if std::env::var_os("XUNZI_ALL").is_some() { 1_000 } else { 60 };
    let seeds: Vec<u64> = only.map_or_else(|| (0..count).collect(), |seed| vec![seed]);
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let server = world.serve();
                while let Some(&seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let attempt = || {
                        let outcome = catch_unwind(AssertUnwindSafe(|| run(&world, &browser, &server, seed)));
                        outcome.unwrap_or_else(|_| Err("the browser gave no answer".into()))
                    };
                    let mut outcome = attempt();
                    // On a busy machine a file may come after the shortened waits, and then the host was silent.
                    for _ in 0..2 {
                        if outcome.as_ref().is_err_and(|why| why.contains(r#""code":"offline""#)) {
                            outcome = attempt();
                        }
                    }
                    if let Err(why) = outcome {
                        println!("seed {seed}: {why}");
                        failures.lock().expect("no test panics here").push(format!("seed {seed}: {why}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no test panics here");
    println!("{} schedules in {:.0?}", seeds.len(), started.elapsed());
    assert!(failures.is_empty(), "{} of {} schedules:\n{}", failures.len(), seeds.len(), failures.join("\n"));
}
