//! Use cases of users, for those who manage them: invite, edit, change the role, disable, enable, remove, issue a link. What people do
//! with their own account is in [`crate::account`].

use daybook_model::{
    Rights, Role, TenantId, UserId,
    factor::Factor,
    session::{EndCause, SessionEnded},
    tenant::{Tenant, TenantRef, check_reason},
    token::{BearerToken, TokenKind},
    user::{
        LinkPurpose, LinkSecret, Owners, User, UserDraft, UserEdit, UserLinkIssued, UserRefusal, email_key,
    },
};
use daybook_store::{Cursor, Page, TenantScope, UnitOfWork, UserFilter, UserListing};
use serde::{Deserialize, Serialize};

use crate::{
    Context, Noun, Portal, PortalError, Result,
    api_token::revoke_tokens_beyond,
    change::Done,
    tenant::{expect_version, lock_id, lock_of_request},
};

/// How long an invitation can be accepted: seven days.
const INVITATION_SECONDS: i64 = 7 * 24 * 3_600;
/// How long a password can be reset: one hour.
const RESET_SECONDS: i64 = 3_600;

/// Whom a caller may manage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authority {
    /// Whose users.
    pub scope: TenantScope,
    /// Whether the people of the platform too.
    pub platform_users: bool,
}

/// A single-use link, shown once to whoever asked for it.
#[derive(Clone, Serialize, Deserialize)]
pub struct IssuedLink {
    /// Who it is for.
    pub user: User,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The link's token.
    pub token: String,
    /// When it ends.
    pub expires_at: daybook_model::Timestamp,
    /// Whether it goes out by mail too.
    #[serde(default)]
    pub queued: bool,
}

pub(crate) const EMAIL_TAKEN: PortalError = PortalError::Conflict {
    code: "EMAIL_TAKEN",
    detail: "another user has this e-mail address; each user needs an address of their own",
};

impl From<UserRefusal> for PortalError {
    fn from(refusal: UserRefusal) -> Self {
        let (code, detail) = match refusal {
            UserRefusal::LastOwner => {
                ("LAST_OWNER", "this is the last owner who can sign in: make somebody else an owner first")
            }
            UserRefusal::NotActive => ("USER_NOT_ACTIVE", "the user has not joined or is disabled"),
            UserRefusal::NotDisabled => ("USER_NOT_DISABLED", "the user is not disabled"),
            UserRefusal::Removed => ("USER_REMOVED", "the user was removed"),
            UserRefusal::Erased => ("USER_ERASED", "the user's personal values were erased already"),
        };
        Self::Conflict { code, detail }
    }
}

/// A user under change: its tenant and itself, locked, and who owns the portal.
pub(crate) struct Locked {
    pub(crate) tenant: Option<Tenant>,
    pub(crate) owners: Owners,
    pub(crate) user: User,
}

impl Locked {
    pub(crate) fn tenant_ref(&self) -> Option<TenantRef> {
        self.tenant.as_ref().map(Tenant::to_ref)
    }
}

/// Locks what a change of this user depends on, in the one order that all changes keep: tenant, owners, user.
pub(crate) async fn lock_user(
    unit: &mut UnitOfWork,
    tenant: Option<TenantId>,
    id: UserId,
) -> Result<Option<Locked>> {
    let tenant = match tenant {
        None => None,
        Some(tenant) => match lock_id(unit, tenant).await {
            Err(PortalError::NotFound(_)) => return Ok(None),
            found => Some(found?),
        },
    };
    let owners = match tenant {
        // A tenant's people own nothing of the portal.
        Some(_) => unit.reads().owners().await?,
        None => unit.locks().owners().await?,
    };
    let user = unit.locks().user(tenant.as_ref().map(|tenant| tenant.id), id).await?;
    Ok(user.map(|user| Locked { tenant, owners, user }))
}

/// Ends every session of a user but one.
pub(crate) async fn end_sessions(
    unit: &mut UnitOfWork,
    locked: &Locked,
    cause: EndCause,
    except: Option<daybook_model::SessionId>,
) -> Result<usize> {
    let sessions = unit.locks().sessions_of(locked.user.tenant, locked.user.id).await?;
    let ended: Vec<_> = sessions
        .iter()
        .filter(|session| Some(session.id) != except)
        .map(|session| SessionEnded {
            tenant: locked.tenant_ref(),
            user: locked.user.to_ref(),
            session: session.to_ref(),
            cause,
        })
        .collect();
    let count = ended.len();
    for event in ended {
        unit.record(event).await?;
    }
    Ok(count)
}

impl Portal {
    /// Invites somebody: to the platform, or to a tenant given by slug or id. The link is shown once.
    pub async fn invite_user(
        &self,
        context: &Context,
        authority: Authority,
        tenant: Option<&str>,
        draft: UserDraft,
    ) -> Result<IssuedLink> {
        let draft = &draft;
        self.change(context, |mut unit| async move {
            let tenant = match (authority.scope, tenant) {
                (TenantScope::All, None) => None,
                (scope, named) => Some(lock_of_request(&mut unit, scope, named).await?),
            };
            expect_authority(authority, tenant.as_ref().map(|tenant| tenant.id))?;
            let id = UserId::new(self.store().clock(), self.store().entropy());
            let expires_at = unit.now().plus_seconds(INVITATION_SECONDS);
            let event = draft.clone().decide(id, tenant.as_ref().map(Tenant::to_ref), expires_at)?;
            let (token, secret) = self.fresh_link(unit.now());
            let event = unit.record_with(event, secret).await.map_err(email_taken)?;
            let user = stored(&mut unit, tenant.as_ref().map(|tenant| tenant.id), id).await?;
            let purpose = LinkPurpose::Invitation;
            let mut issued = IssuedLink { user, purpose, token, expires_at, queued: false };
            issued.queued = self.send_link(context, &mut unit, event, &issued)?;
            Ok(Done::Commit(Box::new(unit), issued))
        })
        .await
    }

    /// Issues a new link for a user: to join if they have not, else to choose a new password. Older links end; the present password
    /// works until the link is used.
    pub async fn issue_link(
        &self,
        context: &Context,
        authority: Authority,
        id: UserId,
    ) -> Result<IssuedLink> {
        self.change(context, |mut unit| async move {
            let locked = find(&mut unit, authority, id).await?;
            let purpose = locked.user.link_purpose()?;
            let seconds = match purpose {
                LinkPurpose::Invitation => INVITATION_SECONDS,
                LinkPurpose::Reset => RESET_SECONDS,
            };
            let expires_at = unit.now().plus_seconds(seconds);
            let (token, secret) = self.fresh_link(unit.now());
            let event = UserLinkIssued {
                tenant: locked.tenant_ref(),
                user: locked.user.to_ref(),
                purpose,
                link_expires_at: expires_at,
            };
            let event = unit.record_with(event, secret).await?;
            let mut issued = IssuedLink { user: locked.user, purpose, token, expires_at, queued: false };
            issued.queued = self.send_link(context, &mut unit, event, &issued)?;
            Ok(Done::Commit(Box::new(unit), issued))
        })
        .await
    }

    /// Where a link leads.
    pub fn link_url(&self, link: &IssuedLink) -> String {
        self.join_url(&link.token)
    }

    /// Where the link with this token leads.
    pub(crate) fn join_url(&self, token: &str) -> String {
        self.public_url().join(&format!("/join?token={token}"))
    }

    /// A link's token and what is stored of it.
    fn fresh_link(&self, now: daybook_model::Timestamp) -> (String, LinkSecret) {
        let id = daybook_model::id::uuid_v7(now, self.store().entropy());
        let token = BearerToken::generate(TokenKind::Link, id, self.store().entropy());
        (token.reveal(), LinkSecret { id, hash: token.hash() })
    }

    /// Edits name or address of a user; `version` is the one the caller has read, if it said so.
    pub async fn update_user(
        &self,
        context: &Context,
        authority: Authority,
        id: UserId,
        edit: UserEdit,
        version: Option<i64>,
    ) -> Result<UserListing> {
        let edit = &edit;
        self.change(context, |mut unit| async move {
            let locked = find(&mut unit, authority, id).await?;
            expect_version(locked.user.version, version)?;
            if locked.user.status == daybook_model::user::UserStatus::Removed {
                return Err(UserRefusal::Removed.into());
            }
            let Some(event) = locked.user.edit(locked.tenant_ref(), edit)? else {
                return Ok(Done::Nothing(()));
            };
            unit.record(event).await.map_err(email_taken)?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await?;
        self.user(authority.scope, id).await
    }

    /// Gives a user another role; their sessions end, and their tokens that may do more, so that nobody goes on with rights they had.
    pub async fn change_user_role(
        &self,
        context: &Context,
        authority: Authority,
        id: UserId,
        role: Role,
        version: Option<i64>,
    ) -> Result<UserListing> {
        self.change(context, |mut unit| async move {
            let locked = find(&mut unit, authority, id).await?;
            expect_version(locked.user.version, version)?;
            locked.user.check_role(role)?;
            let Some(event) = locked.user.change_role(locked.tenant_ref(), role, locked.owners)? else {
                return Ok(Done::Nothing(()));
            };
            unit.record(event).await?;
            end_sessions(&mut unit, &locked, EndCause::RoleChanged, None).await?;
            let (tenant, left) = (locked.tenant_ref(), Rights::of(role));
            revoke_tokens_beyond(&mut unit, id, tenant.as_ref(), Some(&left)).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await?;
        self.user(authority.scope, id).await
    }

    /// Stops a user from signing in; their sessions end.
    pub async fn disable_user(
        &self,
        context: &Context,
        authority: Authority,
        id: UserId,
        reason: Option<&str>,
    ) -> Result<UserListing> {
        let reason = &check_reason(reason)?;
        self.change(context, |mut unit| async move {
            let locked = find(&mut unit, authority, id).await?;
            let event = locked.user.disable(locked.tenant_ref(), locked.owners, reason.clone())?;
            let Some(event) = event else { return Ok(Done::Nothing(())) };
            unit.record(event).await?;
            end_sessions(&mut unit, &locked, EndCause::UserDisabled, None).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await?;
        self.user(authority.scope, id).await
    }

    /// Lets a disabled user sign in again.
    pub async fn enable_user(
        &self,
        context: &Context,
        authority: Authority,
        id: UserId,
    ) -> Result<UserListing> {
        self.change(context, |mut unit| async move {
            let locked = find(&mut unit, authority, id).await?;
            let Some(event) = locked.user.enable(locked.tenant_ref())? else { return Ok(Done::Nothing(())) };
            unit.record(event).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await?;
        self.user(authority.scope, id).await
    }

    /// Removes a user: sessions, tokens and everything that proves who they are end; the history stays.
    pub async fn remove_user(
        &self,
        context: &Context,
        authority: Authority,
        id: UserId,
        reason: Option<&str>,
        version: Option<i64>,
    ) -> Result<()> {
        let reason = &check_reason(reason)?;
        self.change(context, |mut unit| async move {
            let locked = find(&mut unit, authority, id).await?;
            expect_version(locked.user.version, version)?;
            if !remove(&mut unit, &locked, reason.clone()).await? {
                return Ok(Done::Nothing(()));
            }
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await
    }

    /// The user with this id.
    pub async fn user(&self, scope: TenantScope, id: UserId) -> Result<UserListing> {
        self.store().reads().await?.user(scope, id).await?.ok_or(PortalError::NotFound(Noun::User))
    }

    /// How the user with this id can prove who they are besides the password.
    pub async fn factors_of_user(&self, scope: TenantScope, id: UserId) -> Result<Vec<Factor>> {
        let mut reads = self.store().snapshot().await?;
        let found = reads.user(scope, id).await?.ok_or(PortalError::NotFound(Noun::User))?;
        let rows = reads.factors_of(found.user.tenant, id).await?;
        Ok(rows.into_iter().map(|row| row.factor).collect())
    }

    /// The user of the platform or of a tenant who has this address.
    pub async fn user_by_email(&self, tenant: Option<TenantId>, email: &str) -> Result<User> {
        let found = self.store().reads().await?.user_by_email(tenant, &email_key(email)).await?;
        found.ok_or(PortalError::NotFound(Noun::User))
    }

    /// A page of users, latest first.
    pub async fn users(
        &self,
        scope: TenantScope,
        filter: &UserFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<UserListing>> {
        Ok(self.store().reads().await?.users(scope, filter, after, limit).await?)
    }
}

/// Records that a user is gone, and everything that ends with them; false if they were gone already.
pub(crate) async fn remove(unit: &mut UnitOfWork, locked: &Locked, reason: Option<String>) -> Result<bool> {
    let event = locked.user.remove(locked.tenant_ref(), locked.owners, reason)?;
    let Some(event) = event else { return Ok(false) };
    end_with_user(unit, locked).await?;
    unit.record(event).await?;
    Ok(true)
}

/// Ends the sessions of a user who goes, and revokes their tokens; answers with how many tokens.
pub(crate) async fn end_with_user(unit: &mut UnitOfWork, locked: &Locked) -> Result<usize> {
    end_sessions(unit, locked, EndCause::UserRemoved, None).await?;
    revoke_tokens_beyond(unit, locked.user.id, locked.tenant_ref().as_ref(), None).await
}

/// The user whom a caller wants to change, locked, if it is the caller's to change.
pub(crate) async fn find(unit: &mut UnitOfWork, authority: Authority, id: UserId) -> Result<Locked> {
    let missing = || PortalError::NotFound(Noun::User);
    let found = unit.reads().user(authority.scope, id).await?.ok_or_else(missing)?;
    expect_authority(authority, found.user.tenant)?;
    lock_user(unit, found.user.tenant, id).await?.ok_or_else(missing)
}

pub(crate) fn expect_authority(authority: Authority, tenant: Option<TenantId>) -> Result<()> {
    if tenant.is_none() && !authority.platform_users {
        return Err(PortalError::Forbidden("people of the platform are managed by its owners alone"));
    }
    Ok(())
}

async fn stored(unit: &mut UnitOfWork, tenant: Option<TenantId>, id: UserId) -> Result<User> {
    let stored = unit.locks().user(tenant, id).await?;
    stored.ok_or(PortalError::Broken("a user that was just written is missing"))
}

/// An address that somebody else has is the caller's mistake.
pub(crate) fn email_taken(error: daybook_store::StoreError) -> PortalError {
    match error.taken() {
        Some(key) if key.contains("users_email") || key.contains("email_key") => EMAIL_TAKEN,
        _ => error.into(),
    }
}
