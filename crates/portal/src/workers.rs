//! Background work: the sequencer, the sweeper, telemetry, notifications by mail, cleaning up. The only place that spawns tasks; shutdown waits for
//! all of them. Every node runs them; the database decides who does what.

use std::{collections::VecDeque, time::Duration};

use daybook_model::{event::Narrated, log::EntriesLost};
use daybook_store::Follower;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use crate::{Delivery, Portal, Result};

/// How often codes, sessions and trials are looked for whose time is over, and refused guesses that no event has reported.
const SWEEP_PERIOD: Duration = Duration::from_secs(5);
/// How often heartbeats and uses of API tokens are written.
const TELEMETRY_PERIOD: Duration = Duration::from_secs(1);
/// How often expired answers, tokens, unfinished ceremonies and counted guesses are forgotten, and values that came
/// after their person's erasure.
const FORGET_PERIOD: Duration = Duration::from_secs(600);
/// How often notifications are looked for that are due.
const DELIVERY_PERIOD: Duration = Duration::from_secs(1);
/// How long to wait after a failure.
const PAUSE: Duration = Duration::from_millis(500);

/// The background work of one process. Dropped, it is aborted; [`Workers::stop`] lets it finish.
pub struct Workers {
    portal: Portal,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Workers {
    /// Starts the background work.
    pub fn start(portal: &Portal) -> Self {
        let stop = watch::Sender::new(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(follow_log(portal.clone(), stop.subscribe()));
        tasks.spawn(sweep(portal.clone(), stop.subscribe()));
        tasks.spawn(write_telemetry(portal.clone(), stop.subscribe()));
        tasks.spawn(deliver(portal.clone(), stop.subscribe()));
        tasks.spawn(forget(portal.clone(), stop.subscribe()));
        Self { portal: portal.clone(), stop, tasks }
    }

    /// Ends the background work: what is committed is numbered, what was heard and used is written.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
        if let Err(error) = self.portal.flush_heartbeats().await {
            tracing::warn!(%error, "the last heartbeats could not be written");
        }
        if let Err(error) = self.portal.flush_token_uses().await {
            tracing::warn!(%error, "the last uses of API tokens could not be written");
        }
        if let Err(error) = self.portal.store().drain().await {
            tracing::warn!(%error, "the last events wait for the next sequencer");
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, and then everything stops too.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn follow_log(portal: Portal, mut stop: watch::Receiver<bool>) {
    let mut follower = Follower::new(portal.store());
    let mut unreported = VecDeque::new();
    loop {
        let done = tokio::select! {
            () = stopped(&mut stop) => return,
            done = follower.step() => done,
        };
        let reported = match done {
            Ok(lost) => {
                if let Some(lost) = &lost {
                    tracing::error!("{}", lost.sentence());
                }
                unreported.extend(lost);
                report_losses(&portal, &mut unreported).await
            }
            Err(error) => Err(error.into()),
        };
        if let Err(error) = reported {
            tracing::warn!(%error, "the log could not be followed; trying again");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn report_losses(portal: &Portal, unreported: &mut VecDeque<EntriesLost>) -> Result<()> {
    while let Some(lost) = unreported.front() {
        portal.report_loss(lost).await?;
        unreported.pop_front();
    }
    Ok(())
}

/// Runs a piece of work again and again until the portal stops.
async fn every<F: Future<Output = ()>>(
    period: Duration,
    stop: &mut watch::Receiver<bool>,
    work: impl Fn() -> F,
) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stopped(stop) => return,
            _ = ticks.tick() => work().await,
        }
    }
}

async fn sweep(portal: Portal, mut stop: watch::Receiver<bool>) {
    every(SWEEP_PERIOD, &mut stop, || async {
        if let Err(error) = portal.expire_codes().await {
            tracing::warn!(%error, "expired codes could not be ended; trying again");
        }
        if let Err(error) = portal.expire_sessions().await {
            tracing::warn!(%error, "sessions whose time is over could not be ended; trying again");
        }
        if let Err(error) = portal.end_trials().await {
            tracing::warn!(%error, "trials whose time is over could not be ended; trying again");
        }
        if let Err(error) = portal.report_guesses().await {
            tracing::warn!(%error, "refused guesses could not be reported; trying again");
        }
    })
    .await;
}

async fn write_telemetry(portal: Portal, mut stop: watch::Receiver<bool>) {
    every(TELEMETRY_PERIOD, &mut stop, || async {
        if let Err(error) = portal.flush_heartbeats().await {
            tracing::warn!(%error, "heartbeats could not be written; trying again");
        }
        if let Err(error) = portal.flush_token_uses().await {
            tracing::warn!(%error, "uses of API tokens could not be written; trying again");
        }
    })
    .await;
}

/// Delivers what is due; between two letters it may stop.
async fn deliver(portal: Portal, mut stop: watch::Receiver<bool>) {
    if !portal.mailer().is_configured() {
        return;
    }
    let asked_to_stop = stop.clone();
    every(DELIVERY_PERIOD, &mut stop, || async {
        while !*asked_to_stop.borrow() {
            match portal.deliver_notification().await {
                Ok(Delivery::Next) => {}
                Ok(Delivery::Nothing | Delivery::Unreachable) => return,
                Err(error) => {
                    tracing::warn!(%error, "notifications could not be delivered; trying again");
                    return;
                }
            }
        }
    })
    .await;
}

async fn forget(portal: Portal, mut stop: watch::Receiver<bool>) {
    every(FORGET_PERIOD, &mut stop, || async {
        if let Err(error) = portal.store().forget_expired().await {
            tracing::warn!(%error, "expired answers, tokens and guesses could not be forgotten; trying again");
        }
        if let Err(error) = portal.erase_late_values().await {
            tracing::warn!(%error, "late values of people who were erased could not be erased; trying again");
        }
    })
    .await;
}
