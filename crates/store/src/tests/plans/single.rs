//! What is asked with every request: one row by its id, a secret or a number; what the workers look for; and the rankings.

use uuid::Uuid;

use super::{Case, Work, crowd, uuid};
use crate::{
    engine::{Micros, vals},
    log, notification, read, secret,
};

pub(super) fn cases() -> Vec<Case> {
    let (tenant, event) = (uuid(crowd::TENANT), uuid(crowd::EVENT + 7));
    let (project, code, device) = (uuid(crowd::PROJECT + 2), uuid(crowd::CODE + 2), uuid(crowd::DEVICE + 2));
    let at = Micros(1_735_689_700_000_000);
    // One stretch of the log is looked for among those of which the next level makes one.
    let of_span = |sql| Case { work: Work::Rows(256), ..Case::fixed(sql, vals![1_i64, 0_i64, 255_i64, at]) };
    let mut cases = vec![
        of_span(&read::event::FIRST_SPAN_SINCE),
        of_span(&read::event::LAST_SPAN_UNTIL),
        Case::fixed(&read::event::EVENT_BY_SEQ, vals![7_i64]),
        Case::fixed(&read::event::EVENT_BY_ID, vals![event]),
        Case::fixed(&read::event::EVENTS_FROM, vals![30_000_i64, 30_020_i64]),
        Case::fixed(&read::project::PROJECT_BY_ID, vals![project]),
        Case::fixed(&read::project::PROJECT_OF_TENANT, vals![tenant, project]),
        Case::fixed(&read::project::LOCK_PROJECT, vals![tenant, project]),
        Case::fixed(&read::project::PROJECT_IMPACT, vals![tenant, project]),
        Case::fixed(&read::code::CODE_BY_ID, vals![code]),
        Case::fixed(&read::code::CODE_OF_TENANT, vals![tenant, code]),
        Case::fixed(&read::code::CODE_LISTING_BY_ID, vals![code]),
        Case::fixed(&read::code::CODE_LISTING_OF_TENANT, vals![tenant, code]),
        Case::fixed(&read::code::LOCK_CODE, vals![tenant, code]),
        Case::fixed(&read::code::EXPIRING_CODES, vals![Micros(1_735_689_700_000_000), 50_i64]),
        Case::fixed(&read::activation::LOCK_CODE_WITH_TENANT, vals![[0_u8; 32]]),
        Case::fixed(&read::device::DEVICE_BY_ID, vals![device]),
        Case::fixed(&read::device::DEVICE_OF_TENANT, vals![tenant, device]),
        Case::fixed(&read::device::LOCK_DEVICE, vals![tenant, device]),
        Case::fixed(&read::device::LOCK_DEVICE_BY_FINGERPRINT, vals![tenant, "fp 2"]),
        Case::fixed(&read::tenant::LOCK_TENANT_BY_SLUG, vals!["tenant-7"]),
        Case::fixed(&read::tenant::TRIALS_OVER, vals![Micros(1_735_689_700_000_000), 50_i64]),
        Case::fixed(&read::plan::TENANT_ON_PLAN, vals!["nobody's"]),
        Case::fixed(&read::usage::USED, vals![tenant, 1_i64, 3_i64]),
        Case::fixed(&read::usage::TOLD, vals![tenant, 1_i64, 3_i64]),
        Case::fixed(&read::usage::USED_BY_PROJECT, vals![tenant, 1_i64]),
        Case::fixed(&read::usage::ACTIVATED_BY_PROJECT, vals![tenant, 1_i64]),
        Case::fixed(&read::tenant::TENANT_IMPACT, vals![uuid(crowd::TENANT + 11)]),
        Case::fixed(
            &read::totals::FIGURES,
            vals![tenant, Uuid::nil(), None::<Vec<u8>>, 20_089_i64, 20_148_i64],
        ),
        Case::fixed(&read::totals::TOP_TENANTS, vals!["devices.active", Uuid::nil(), 10_i64]),
        Case::fixed(&secret::DEVICE_TOKEN, vals![uuid(1)]),
        Case::fixed(&secret::CODE_KEY_IDS, vals![]),
        Case::fixed(&read::config::CONFIG_VERSION, vals![tenant, project]),
        Case::fixed(&read::config::LOCK_CONFIG_VERSION, vals![tenant, project]),
        Case::fixed(&read::config::CONFIG_SETTINGS, vals![tenant, project]),
        Case::fixed(&read::config::PROJECTS_WITH_PROVIDER, vals!["\"main\"", Uuid::nil()]),
        Case::fixed(&read::config::PROJECTS_WITH_PROVIDER, vals!["\"nobody\"", Uuid::nil()]),
        Case::fixed(&secret::config::PROVIDER_KEY, vals!["main"]),
        Case::fixed(&read::notification::NOTIFICATION_BY_ID, vals![uuid(crowd::NOTIFICATION + 2)]),
        Case::fixed(&read::notification::LOCK_NOTIFICATION, vals![uuid(crowd::NOTIFICATION + 7)]),
        Case::fixed(&read::notification::BACKLOG, vals![]),
        Case::fixed(&read::notification::RECIPIENTS, vals!["limit_near", tenant]),
        Case::fixed(&notification::DUE_NOTIFICATION, vals![Micros(1_735_689_700_000_000)]),
        Case::fixed(&log::LOG_HEAD, vals![]),
    ];
    for case in &mut cases {
        case.name.insert_str(0, "statement ");
    }
    cases
}
