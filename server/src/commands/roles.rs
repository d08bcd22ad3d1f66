//! The parts of a running system, started by role and stopped in order: pages first, then the engine.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use domain::FailureKind;
use source::{Finding, Level};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;
use warehouse::access::{self, AccessPool};

use super::failure::CommandError;
use super::terminal::say;
use crate::alarms::notify::sender::Sender;
use crate::assembly;
use crate::cli::Role;
use crate::clock;
use crate::config::Config;
use crate::pipeline::{Pipeline, upkeep};
use crate::web;

/// How long a part has to end after it was told to.
const GRACE: Duration = Duration::from_secs(20);
const RETRY_AFTER: Duration = Duration::from_secs(2);
const TIDY_EVERY: Duration = Duration::from_secs(3_600);
const HOUSEKEEPING_CONNECTIONS: u32 = 1;

type Part = JoinHandle<Result<(), CommandError>>;

/// What runs now. Parts end when their own token says so, so that one can be stopped before another.
#[derive(Debug)]
pub struct Running {
    /// Of the pages; as configured where there are none.
    pub address: SocketAddr,
    web: Option<Part>,
    engine: Option<Part>,
    web_stop: CancellationToken,
    engine_stop: CancellationToken,
}

/// Starts the parts of a role and tells the address of the pages as soon as they are served.
pub async fn start(config: &Config, role: Role, parent: &CancellationToken) -> Result<Running, CommandError> {
    let (web_stop, engine_stop) = (parent.child_token(), parent.child_token());
    let mut running = Running { address: config.listen, web: None, engine: None, web_stop, engine_stop };
    let mut pipeline = None;
    if role != Role::Web {
        check_source(config).await?;
        pipeline = Some(connect(config, parent).await?);
    }
    if role != Role::Engine {
        let web = assembly::web(config, pipeline.as_ref().map(|pipeline| pipeline.watch.clone()))?;
        let (bound, address) = oneshot::channel();
        let stop = running.web_stop.clone();
        let accounts = assembly::accounts(config, HOUSEKEEPING_CONNECTIONS)?;
        running.web = Some(tokio::spawn(async move {
            let tell = |address| {
                // nobody listens any more when the start was given up
                let _ = bound.send(address);
            };
            tokio::select! {
                served = web::serve(web, stop, tell) => Ok(served?),
                never = housekeeping(&accounts) => match never {},
            }
        }));
        match address.await {
            Ok(address) => {
                running.address = address;
                let scheme = if config.tls_cert.is_some() { "https" } else { "http" };
                say(format!("{scheme}://{address}/"));
            }
            // gone without an address: the part has failed and says why
            Err(_) => return Err(running.give_up().await),
        }
    }
    // last: whoever cannot serve must not take over from an engine that works
    if let Some(pipeline) = pipeline {
        let (config, stop, runtime) = (config.clone(), running.engine_stop.clone(), Handle::current());
        // a thread of its own: what the engine computes does not delay a page
        running.engine = Some(tokio::task::spawn_blocking(move || runtime.block_on(engine(pipeline, config, stop))));
    }
    Ok(running)
}

/// What a person has to repair is said now; what passes by itself is left to the pipeline, which waits.
async fn check_source(config: &Config) -> Result<(), CommandError> {
    let source = assembly::source_config(config)?;
    match source::identify(&source).await {
        Err(error) if error.kind() == FailureKind::Operator => return Err(error.into()),
        Err(error) => {
            tracing::warn!(%error, "the source does not answer yet");
            return Ok(());
        }
        Ok(_) => {}
    }
    let bad: Vec<Finding> = source::check(&source).await.into_iter().filter(|finding| finding.level == Level::Bad).collect();
    if bad.is_empty() {
        return Ok(());
    }
    let lines = |text: fn(&Finding) -> &str| bad.iter().map(text).collect::<Vec<_>>().join("\n");
    Err(CommandError::Said { kind: FailureKind::Operator, zh: lines(|finding| &finding.zh), en: lines(|finding| &finding.en) })
}

/// The warehouse may start later than we do.
async fn connect(config: &Config, stop: &CancellationToken) -> Result<Pipeline, CommandError> {
    loop {
        match assembly::pipeline(config).await {
            Err(error) if error.kind() == FailureKind::Retry => {
                tracing::warn!(%error, "the warehouse does not answer yet");
            }
            outcome => return outcome,
        }
        tokio::select! {
            () = tokio::time::sleep(RETRY_AFTER) => {}
            () = stop.cancelled() => return Err(CommandError::failed("已停止", "stopped before the warehouse answered")),
        }
    }
}

/// Forgets what nobody needs any more of sessions, links and failures.
async fn housekeeping(accounts: &AccessPool) -> Infallible {
    loop {
        match access::forget_old(accounts, clock::now()).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "old sessions, links and failures were forgotten"),
            // the next hour will do
            Err(error) => tracing::warn!(%error, "old sessions could not be forgotten"),
        }
        tokio::time::sleep(TIDY_EVERY).await;
    }
}

async fn engine(pipeline: Pipeline, config: Config, stop: CancellationToken) -> Result<(), CommandError> {
    let retention = assembly::retention(&config);
    // only the loop's own end ends the small tasks: they must not cut off the commit in flight
    let never = CancellationToken::new();
    let messages = carry(assembly::notifier(&config).await?);
    let alarms = evaluate(&pipeline, &config);
    let trials = try_rules(&pipeline, &config);
    let settlement = settle(&pipeline, &config);
    let runs = make_statements(&pipeline, &config);
    let outcome = tokio::select! {
        outcome = pipeline.run(stop) => outcome,
        () = upkeep::run(&pipeline, &retention, &never) => Ok(()),
    };
    alarms.end().await;
    trials.end().await;
    for task in settlement.into_iter().chain(runs) {
        task.end().await;
    }
    messages.end().await;
    pipeline.store.pool().close().await;
    Ok(outcome?)
}

/// A task about alarms beside the loop; ends with it.
struct Alarms {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// On a thread of its own as well: neither the log nor a page waits for it.
fn evaluate(pipeline: &Pipeline, config: &Config) -> Alarms {
    let (evaluator, stop, runtime) = (assembly::evaluator(pipeline, config), CancellationToken::new(), Handle::current());
    let cancel = stop.clone();
    let task = tokio::task::spawn_blocking(move || runtime.block_on(evaluator.run(&cancel)));
    Alarms { stop, task }
}

/// On a thread of its own as well: what a day costs is nobody's delay.
fn settle(pipeline: &Pipeline, config: &Config) -> Option<Alarms> {
    let worker = assembly::settlement_worker(pipeline, config)?;
    let (stop, runtime) = (CancellationToken::new(), Handle::current());
    let cancel = stop.clone();
    let task = tokio::task::spawn_blocking(move || runtime.block_on(worker.run(&cancel)));
    Some(Alarms { stop, task })
}

/// Monthly runs; a batch of theirs may wait for the worker and it for them, the log for neither.
fn make_statements(pipeline: &Pipeline, config: &Config) -> Option<Alarms> {
    let runs = assembly::settlement_runs(pipeline, config)?;
    let (stop, runtime) = (CancellationToken::new(), Handle::current());
    let cancel = stop.clone();
    let task = tokio::task::spawn_blocking(move || runtime.block_on(runs.run(&cancel)));
    Some(Alarms { stop, task })
}

/// Trials of rules take long and nobody waits for them.
fn try_rules(pipeline: &Pipeline, config: &Config) -> Alarms {
    let (trials, stop, runtime) = (assembly::trials(pipeline, config), CancellationToken::new(), Handle::current());
    let cancel = stop.clone();
    let task = tokio::task::spawn_blocking(move || runtime.block_on(trials.run(&cancel)));
    Alarms { stop, task }
}

/// Messages about alarms go out beside both; attempts on their way may finish.
fn carry(sender: Sender) -> Alarms {
    let stop = CancellationToken::new();
    let task = tokio::spawn(sender.run(stop.clone()));
    Alarms { stop, task }
}

impl Alarms {
    async fn end(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "a task about alarms broke off");
        }
    }
}

impl Running {
    /// Ends what runs already and answers why the last part failed.
    async fn give_up(mut self) -> CommandError {
        let failed = ended(&mut self.web).await.err();
        let _ = self.stop().await;
        failed.unwrap_or_else(|| CommandError::failed("服务意外结束", "a part of the server ended by itself"))
    }

    /// Waits until a part ends by itself, which it should not.
    pub async fn first_failure(&mut self) -> CommandError {
        let outcome = tokio::select! {
            outcome = ended(&mut self.web) => outcome,
            outcome = ended(&mut self.engine) => outcome,
        };
        outcome.err().unwrap_or_else(|| CommandError::failed("服务意外结束", "a part of the server ended by itself"))
    }

    /// Ends viewers and pages, then lets the engine finish its commit.
    pub async fn stop(mut self) -> Result<(), CommandError> {
        self.web_stop.cancel();
        let web = within(&mut self.web).await;
        self.engine_stop.cancel();
        web.and(within(&mut self.engine).await)
    }
}

/// The end of a part, taken out so that it is not waited for twice; pending for ever when there is none.
async fn ended(part: &mut Option<Part>) -> Result<(), CommandError> {
    let Some(handle) = part else { return std::future::pending().await };
    let outcome = handle.await;
    *part = None;
    flat(outcome)
}

async fn within(part: &mut Option<Part>) -> Result<(), CommandError> {
    let Some(handle) = part.take() else { return Ok(()) };
    let abort = handle.abort_handle();
    match tokio::time::timeout(GRACE, handle).await {
        Ok(outcome) => flat(outcome),
        Err(_) => {
            abort.abort();
            Err(CommandError::failed("未能在限定时间内停止", "a part did not stop in time and was ended"))
        }
    }
}

fn flat(outcome: Result<Result<(), CommandError>, JoinError>) -> Result<(), CommandError> {
    outcome.unwrap_or_else(|error| Err(CommandError::failed(format!("内部错误：{error}"), format!("internal error: {error}"))))
}
