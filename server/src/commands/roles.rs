//! The parts of a running system, started by role and stopped in order: pages first, then the engine.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;

use super::failure::CommandError;
use crate::cli::Role;
use crate::assembly;
use crate::config::Config;
use crate::pipeline::upkeep;
use crate::web;

type Part = JoinHandle<Result<(), CommandError>>;

/// What runs now. Parts end when their own token says so, so that one can be stopped before another.
#[derive(Debug)]
pub struct Running {
    web: Option<Part>,
    engine: Option<Part>,
    web_stop: CancellationToken,
    engine_stop: CancellationToken,
}

pub async fn start(config: &Config, role: Role, _parent: &CancellationToken) -> Result<Running, CommandError> {
    let (web_stop, engine_stop) = (CancellationToken::new(), CancellationToken::new());
    let mut running = Running { web: None, engine: None, web_stop: web_stop.clone(), engine_stop: engine_stop.clone() };
    let mut watch = None;
    if role != Role::Web {
        let pipeline = assembly::pipeline(config).await?;
        watch = Some(pipeline.watch.clone());
        let retention = assembly::retention(config);
        running.engine = Some(tokio::spawn(async move {
            let outcome = tokio::select! {
                outcome = pipeline.run(engine_stop.clone()) => outcome,
                () = async { upkeep::run(&pipeline, &retention, &engine_stop).await; std::future::pending().await } => Ok(()),
            };
            outcome.map_err(CommandError::from)
        }));
    }
    if role != Role::Engine {
        let web = assembly::web(config, watch)?;
        let (tell, bound) = oneshot::channel();
        running.web = Some(tokio::spawn(async move {
            web::serve(web, web_stop, |address| drop(tell.send(address))).await.map_err(CommandError::from)
        }));
        if bound.await.is_err() {
            return Err(running.first_failure().await);
        }
    }
    Ok(running)
}

impl Running {
    /// Waits until a part ends by itself, which it should not.
    pub async fn first_failure(&mut self) -> CommandError {
        let outcome = tokio::select! {
            outcome = ended(&mut self.web) => outcome,
            outcome = ended(&mut self.engine) => outcome,
        };
        outcome.err().unwrap_or_else(|| CommandError::failed("服务意外结束", "a part of the server ended by itself"))
    }

    /// Ends viewers and pages, then lets the engine finish its commit.
    pub async fn stop(mut self, grace: Duration) -> Result<(), CommandError> {
        self.web_stop.cancel();
        let web = within(grace, &mut self.web).await;
        self.engine_stop.cancel();
        web.and(within(grace, &mut self.engine).await)
    }
}

/// The end of a part, taken out so that it is not waited for twice; pending for ever when there is none.
async fn ended(part: &mut Option<Part>) -> Result<(), CommandError> {
    let Some(handle) = part else { return std::future::pending().await };
    let outcome = handle.await;
    *part = None;
    flat(outcome)
}

async fn within(grace: Duration, part: &mut Option<Part>) -> Result<(), CommandError> {
    let Some(handle) = part.take() else { return Ok(()) };
    let abort = handle.abort_handle();
    match tokio::time::timeout(grace, handle).await {
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
