# What the pages say. A name here must be in every file of this folder; a test compares them.

# Dates
date-day = { $day } { $mon } { $year }
date-month = { $mon } { $year }
date-short = { $day } { $mon }
date-long = { $weekday } { $day } { $month } { $year }
weekday-0 = Monday
weekday-1 = Tuesday
weekday-2 = Wednesday
weekday-3 = Thursday
weekday-4 = Friday
weekday-5 = Saturday
weekday-6 = Sunday
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
mon-1 = Jan
mon-2 = Feb
mon-3 = Mar
mon-4 = Apr
mon-5 = May
mon-6 = Jun
mon-7 = Jul
mon-8 = Aug
mon-9 = Sep
mon-10 = Oct
mon-11 = Nov
mon-12 = Dec

# Around every page
skip = Skip to content
nav-open = Open navigation
nav-close = Close navigation
nav-main = Main
nav-primary = Primary
search-label = Search entries, codes, devices
search-hint = Search or paste an ID
server-time = Server time
theme-toggle = Switch between light and dark
all-times-utc = All times UTC
notifications = Notifications
log-entries = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
}
log-head = Event log
sign-out = Sign out
keys-title = Keyboard shortcuts
done = Done
copy-all = Copy all
copy-number = Copy number { $count }
download-csv = Download CSV
secret-stored = I have stored this: it is not shown again
keys-search = Search
keys-next = Next entry, previous entry
keys-help = This list
close = Close

# Navigation
nav-dashboard = Dashboard
nav-events = Event log
role-owner = Owner
role-admin = Platform admin
role-auditor = Auditor
role-tenant_admin = Tenant admin
role-tenant_member = Tenant member

# Signing in
sign-in = Sign in
sign-in-to = to the licensing portal at { $name }
email = E-mail address
password = Password
sign-in-with-password = Sign in with password
sign-in-passkey = Sign in with a passkey
sign-in-provider = Sign in at your organisation
sign-in-or = or with a password
sign-in-to-tenant = to the licensing portal of { $name }
sign-in-tenant-hint = Its short name, as it stands in the address that you were given.
sign-in-suspended = This tenant is suspended: nobody can sign in.
sign-in-recorded = Every sign-in is written to the log.
sign-in-refused = Address or password are wrong.
sign-in-limited = Too many attempts were wrong. Try again in { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}.
second-factor = Second step
second-factor-lead = Type the six digits that your authenticator app shows, or one of your recovery codes.
second-factor-code = Code
second-factor-refused = This code is wrong or was used before. Begin again with your password.
second-factor-button = Continue
sign-in-claim = Every licence, every device, in order.
sign-in-claim-text = Daybook writes each change to one append-only log that anyone you choose can check.

# Pages that links lead to
your-name = Your name
password-hint = At least 12 characters, and none of the common ones.
set-up-title = Set up Daybook
set-up-lead = Nobody owns this portal yet. Whoever fills this in becomes its first owner.
set-up-button = Become the owner
set-up-done = The portal is yours
join-title = Join Daybook
join-lead = You are invited to this portal. Choose a password to join.
join-lead-tenant = You are invited to { $name }. Choose a password to join.
join-button = Join
reset-title = Choose a new password
reset-lead = Choose a new password. Your other sessions end with it.
reset-button = Choose it
reset-done = Your new password is set
reset-done-text = Sign in with it and your second factor.
welcome = Welcome
welcome-text = You are signed in.
to-portal = To the portal

# An invented day, for whoever is not signed in
sign-in-side = What Daybook records
example-day = An example day
example-1 = Device SCARA-014 activated with code …4F7Q
example-1-by = Fleet Console 4.2.1
example-1-of = Northwind Robotics
example-2 = 25 activation codes were generated for Fleet Console
example-2-by = Ines Marchetti
example-2-of = Northwind Robotics
example-3 = The LLM configuration of Furnace Watch changed
example-3-by = Tomáš Vrba
example-3-of = Vítkov Steelworks
example-4 = Five sign-ins failed; the next has to wait
example-4-by = Somebody of the tenant
example-4-of = Halden Marine Systems
example-5 = Code …Q8TD was revoked: lost laptop
example-5-by = Mara Lindqvist
example-5-of = Kestrel Avionics

# Dashboard
key-figures = Key figures
figure-tenants = Tenants
figure-projects = Projects
figure-codes = Active codes
figure-devices = Active devices
figure-activations = Activations
figure-refused = Refused
figure-days = in { $days } days
figure-new = { $count } new in { $days } days
range = Range
range-days = { $count } days
recent = Recent activity
severity = Severity
severity-all = All
severity-major = Major
severity-minor = Minor
severity-refused = Refused
live = Live
live-title = Pause or resume live updates
live-paused = Paused
live-lost = Reconnecting
show-new = Show new entries
today = Today
yesterday = Yesterday
open-log = Open the event log
feed-empty = Nothing has happened yet
feed-empty-text = Every change to the portal will stand here, as it happens.
activations = Activations
accepted = Accepted
refused = Refused
activations-caption = { $total } accepted and { $count } refused in { $days } days.
view-as-table = View as table
day = Day
devices-by-project = Devices by project
on-projects = on { $count ->
    [one] { $count } project
   *[other] { $count } projects
}
project = Project
devices = Devices
share = Share
others = Others
no-devices = No devices yet
no-devices-text = A device enrols itself with an activation code.
first-steps = First steps
step-is-done = done
step-owner = The first owner
step-owner-why = Somebody who may do everything here, and let others in
step-tenant-why = A customer or a team that gets licences
step-project-why = A product that is licensed
step-codes-why = Each enrols as many devices as you say
quick-steps = Quick actions
concerns = Needs attention
concern-look = Review
concern-suspended = { $count ->
    [one] { $count } tenant is suspended
   *[other] { $count } tenants are suspended
}
concern-past-due = { $count ->
    [one] A payment of { $count } tenant is due
   *[other] Payments of { $count } tenants are due
}
concern-invited = { $count ->
    [one] { $count } person was invited and has not joined
   *[other] { $count } people were invited and have not joined
}
feed-run = { $what }, { $count } times
as-of = As of entry { $total }

# Event log
events-lead = Every change, in order, newest first
filters = Filters
filter-type = Type
filter-tenant = Tenant
filter-q = Id, slug or type
filter-apply = Show
filter-clear = Clear all filters
filter-any = Any
filter-chip = { $name }: { $what }
filter-remove = , remove this filter
filter-by-q = Search
filter-by-status = Status
filter-by-tenant = Tenant
filter-by-project = Project
filter-by-severity = Severity
filter-by-outcome = Outcome
filter-by-type = Type
filter-by-since = From
filter-by-until = Until
outcome-done = Done
outcome-refused = Refused
copy = Copy
copy-this = Copy { $what }
related = Related
events-older = Older entries
events-newest = Newest entries
events-none = No entry matches
column-time = Time
column-what = What happened
column-who = Who
of-platform = Platform
column-place = Place
breadcrumb = Breadcrumb
entry = Entry { $name }
changes = Changes
field = Field
before = Before
after = After
who-and-where = Who and where
address = Address
user-agent = With
request = Request
happened = Happened
recorded = Recorded
place-in-log = Place in the log
id = Id
entry-hash = Leaf hash
raw-entry = Raw entry

# Who did it, where there is no name
erased = (erased)
actor-admin = An operator
actor-tenant = Somebody of the tenant
actor-device = A device
actor-system = Daybook
actor-api_token = An API token

# Forms and lists
cancel = Cancel
optional = (optional)
confirm-by-typing = Type { $name } to confirm
confirm-wrong = This is not the name: nothing was changed.
pager-first = First page
pager-next = Next page
list-none = Nothing matches
list-none-text = Loosen what it is narrowed by, or clear all of it.
filter-without = Without { $name }
status = Status
search = Search
status-any = Any status
created = Created
name = Name

# Tenants
nav-customers = Customers
nav-portal = Your tenant
nav-tenants = Tenants
tenants-lead = Customers, each with its projects, codes, devices and people
tenant-new = New tenant
tenant-create = Create tenant
tenants-empty = No tenant yet
tenants-empty-text = A tenant owns projects, activation codes and devices. Create the first one.
tenant = Tenant
plan = Plan
projects = Projects
state-active = Active
state-suspended = Suspended
state-deleted = Deleted
slug = Slug
slug-hint = Stands in addresses; made from the name if you leave it out.
contact-email = Contact e-mail address
contact-email-hint = Where Daybook writes to about this tenant.
device-limit = Device limit
device-limit-hint = As many as the plan allows if you leave it out.
code-prefix = Prefix of its codes
code-prefix-hint = Two to six letters; made from the name if you leave it out.
of-limit = { $used } of { $limit }

# Log integrity
nav-trust = Trust
nav-integrity = Log integrity
integrity-lead = Each entry is a leaf of a Merkle tree: one that is changed, removed or moved changes the root.
integrity-entries = Entries
integrity-pending = Waiting for their number
integrity-root = Root
integrity-key = Key of the log
integrity-key-hint = Keep this key somewhere else: whoever has it verifies proofs offline, with daybook verify.
integrity-verify = Verify a proof
integrity-proof = Proof or checkpoint
integrity-proof-hint = Paste a .tlog-proof file, as the page of an entry offers it, or a signed checkpoint.
integrity-good-entry = Good: this is entry { $place } of the log as it was signed at { $size } entries.
integrity-good-head = Good: the log signed this root at { $size } entries.
integrity-bad = This proves nothing:
proof-download = Download its proof
# One tenant
overview = Overview
edit = Edit
change = Change
save = Save
details = Details
yes = Yes
no = No
reason = Reason
reason-hint = Kept in the log.
customer-since = customer since
codes = Codes
code = Code
uses = Uses
users = Users
device = Device
last-seen = Last seen
for-whom = For
entries = Entries
entries-about = Entries about it
all-projects = All its projects
all-codes = All its codes
all-devices = All its devices
all-users = All its users
all-entries = All entries of this tenant
none-projects = No project yet
none-codes = No code yet
none-users = No user yet
activations-month = Activations this month
contact = Contact
logo = Logo
prefix = Code prefix
own-codes = Makes codes itself
domain = Domain
domain-hint = Of the tenant’s own portal.
logo-url = Address of its logo
primary-color = Colour
primary-color-hint = Such as #2545c4; used on the tenant’s own pages.
code-prefix-edit-hint = Two to six letters without I, L, O and U; for codes made from now on.
self-service-codes = Its own people may generate codes
tenant-edit-title = Edit { $name }
tenant-is-suspended = Suspended: activations and sign-ins of this tenant are refused, and its devices are not let in.
tenant-suspend = Suspend
tenant-suspend-title = Suspend { $name }?
tenant-suspend-effects = Until it is resumed, { $people ->
    [one] { $people } person cannot sign in
   *[other] { $people } people cannot sign in
}, { $devices ->
    [one] { $devices } device is refused
   *[other] { $devices } devices are refused
}, and { $codes ->
    [one] { $codes } code activates nothing
   *[other] { $codes } codes activate nothing
}.
tenant-resume = Resume
tenant-resume-title = Resume { $name }?
tenant-resume-lead = Its people can sign in, its devices are let in and its codes activate again.
tenant-delete = Delete
tenant-delete-title = Delete { $name }?
tenant-delete-lead = Everything of it is closed at once. Its history stays in the log, and its slug is free again.
deletes-projects = { $count ->
    [one] { $count } project is deleted.
   *[other] { $count } projects are deleted.
}
revokes-codes = { $count ->
    [one] { $count } active code is revoked.
   *[other] { $count } active codes are revoked.
}
revokes-devices = { $count ->
    [one] { $count } active device is revoked.
   *[other] { $count } active devices are revoked.
}
removes-users = { $count ->
    [one] { $count } user is removed.
   *[other] { $count } users are removed.
}
ends-sessions = { $count ->
    [one] { $count } session is ended.
   *[other] { $count } sessions are ended.
}
cannot-be-undone = This cannot be undone.
subscription = Subscription
subscription-title = Subscription of { $name }
subscription-state = New state
subscription-change = Change subscription
subscription-now = Now: { $name }.
subscription-now-until = Now: on trial until { $name }.
subscription-trialing = On trial
subscription-active = In order
subscription-past_due = Payment due
subscription-suspended = Suspended
subscription-canceled = Canceled
trial-ends = Trial ends
trial-ends-hint = For a trial only: its first day that is not part of it, UTC.

# States
state-inactive = Off
state-used = Used up
state-expired = Expired
state-revoked = Revoked
state-invited = Invited
state-disabled = Disabled
state-removed = Removed

# Plans
nav-configuration = Configuration
nav-plans = Plans
plans-lead = What tenants may have
plans-empty = No plan yet
plans-empty-text = A plan says how many devices, projects and activations its tenants may have.
plan-new = New plan
plan-create = Create plan
plan-name-hint = 1 to 40 of a-z, 0-9, - and _; never changes.
plan-title-hint = As it is shown; the slug if you leave it out.
plan-edit-title = Edit { $name }
plan-edit-lead = What it allows holds for its tenants at once. What they have above a lowered limit stays, and nothing new comes.
plan-delete = Delete
plan-delete-title = Delete { $name }?
plan-delete-lead = A plan that tenants are on stays: move them to another one first.
unlimited = Unlimited
project-limit = Project limit
activation-quota = Activations a month
usage-quotas = Usage quotas
usage-quotas-hint = One on each line: what devices report, =, how much of it a month holds. For example: api-calls = 100000
limit-hint = No limit if you leave it out.

# Analytics
nav-analytics = Analytics
analytics-lead = Use across all tenants
range-7d = 7 days
range-30d = 30 days
range-90d = 90 days
range-1y = 12 months
figure-entries = Entries
figure-enrolled = Devices enrolled
figure-before = { $count } in the { $days } days before
now = Now
from-day = From
entries-by-day = Entries by day
fewer = Fewer
more = More
heat-caption = { $total } entries in 52 weeks. Busiest: { $name } with { $count }.
week-of = Week of
wday-0 = Mon
wday-1 = Tue
wday-2 = Wed
wday-3 = Thu
wday-4 = Fri
wday-5 = Sat
wday-6 = Sun
top-tenants = Top tenants
top-tenants-caption = { $count } of { $total } tenants. Orange: nine tenths of the limit or more.
top-projects = Top projects
by-devices = by active devices, now
tenants-by-plan = Tenants by plan
subscriptions = Subscriptions
refusal-reasons = Why activations were refused
none-refused = No activation was refused.
refused-CODE_REVOKED = Code revoked
refused-CODE_EXPIRED = Code expired
refused-CODE_EXHAUSTED = Every use of the code taken
refused-TENANT_SUSPENDED = Tenant suspended
refused-PROJECT_MISMATCH = Code of another project
refused-PROJECT_INACTIVE = Project off or deleted
refused-DEVICE_REVOKED = Device revoked
refused-DEVICE_ENROLLED_ELSEWHERE = Device enrolled in another project
refused-DEVICE_LIMIT_REACHED = Device limit reached
refused-SUBSCRIPTION_INACTIVE = Subscription suspended or canceled
refused-ACTIVATION_QUOTA_REACHED = Activations of the month used up
activations-by-tenant = Activations by tenant
activations-by-tenant-text = Accepted activations of the tenants with most devices, and of all others.
# Activation codes
nav-codes = Activation codes
codes-lead = A code lets a set number of devices enrol. Only its last group is shown.
codes-generate = Generate codes
codes-q = Last group, or start of the label
codes-empty = No activation code yet
codes-empty-text = Devices enrol themselves with activation codes. Generate the first ones for a tenant.
codes-count = How many codes
codes-uses = Devices for each
codes-expires-hint = From the start of this day (UTC) they enrol nothing; never, if you leave it out.
codes-label-hint = What you call them; found by its start.
codes-reveal = { $count ->
    [one] Copy this code now
   *[other] Copy these { $count } codes now
}
codes-reveal-lead = They are shown this once. Daybook keeps only a hash of each, so nobody can show them again.
code-ending = Code ending { $name }
code-devices = Devices it enrolled
code-unbound-hint = It is bound on the page of a project, with the whole code.
code-revoke = Revoke code
code-revoke-title = Revoke the code ending { $name }?
code-revoke-effect = { $count ->
    [0] It has no use left to lose; its state says from now on that it was revoked.
    [one] The { $count } device that it could still enrol is refused from now on.
   *[other] The { $count } devices that it could still enrol are refused from now on.
}
code-revoke-stay = { $count ->
    [one] The { $count } device that it has enrolled goes on working: { $what }
   *[other] The { $count } devices that it has enrolled go on working, the latest of them: { $what }
}
codes-revoke = Revoke codes
codes-revoke-title = Revoke { $count } codes?
codes-revoke-lead = All of them or none, and it cannot be undone: { $what }
codes-revoke-stay = { $count ->
    [one] The { $count } device that they have enrolled goes on working.
   *[other] The { $count } devices that they have enrolled go on working.
}
code-select = Select the code ending { $name }
device-acts = What can be done with the device { $name }
code-acts = What can be done with the code ending { $name }
select-all = Select all on this page
bulk-selected = selected
label = Label
expires = Expires
never = Never
revoked = Revoked
unknown = Unknown
choose = Choose
latest = Latest entries
project-none = No project
tenant-by-slug = Its slug.
project-by-id = Its id.

# Devices
nav-devices = Devices
devices-lead = Devices that enrolled with a code, latest first
devices-q = Start of the label
platform = Platform
app-version = Release
enrolled = Enrolled
device-revoke = Revoke device
device-revoke-title = Revoke { $name }?
device-revoke-effect = Its tokens end at once, and it cannot activate again.

# Projects
projects-lead = What devices are enrolled for, each of one tenant
projects-empty = No project yet
projects-empty-text = Codes and devices belong to projects of tenants. Create the first one.
project-new = New project
project-create = Create project
project-is-active = Switched on
project-is-active-hint = While it is off, activations for it are refused.
project-assign = Assign a code
project-assign-title = Assign a code to { $name }
project-assign-hint = The whole code, as it was shown once; it belongs to the same tenant and to no other project.
project-delete = Delete project
project-delete-lead = Its history stays in the log. { $name } keeps everything else.
project-delete-devices = { $count ->
    [0] No device is active in it.
    [one] { $count } active device is revoked: its tokens end at once.
   *[other] { $count } active devices are revoked: their tokens end at once.
}
project-delete-codes = { $count ->
    [0] No code of it can be used.
    [one] { $count } active code is revoked.
   *[other] { $count } active codes are revoked.
}
edit-title = Edit { $name }
delete = Delete
delete-title = Delete { $name }?
client = Client
client-hint = For whom it is.
description = Description
priority = Priority
priority-low = Low
priority-normal = Normal
priority-high = High
first-activated = First activated
changed = Changed
of-all = of { $total } in all

# LLM configuration
nav-llm = LLM configuration
llm-lead = How language models are asked, where a project sets nothing of its own.
llm-lead-project = How language models are asked for { $name }: its own settings, then the platform's.
llm-version = Version { $count }
llm-effective = What holds
llm-of-platform = The platform's configuration
llm-edit = Edit the LLM configuration
llm-edit-project = Edit the LLM configuration of { $name }
llm-edit-lead = What is left empty is not set here.
setting = Setting
value = Value
comes-from = Comes from
source-project = Project
source-platform = Platform
source-default = Built in
not-set = Not set
by-commas = Several, separated by commas.
setting-otherwise = If empty: { $what }
setting-provider = Provider
setting-model = Model
setting-fallback_models = Fallback models
setting-temperature = Temperature
setting-max_tokens = Longest answer, in tokens
setting-max_retries = Retries
setting-timeout_seconds = Timeout, in seconds
setting-currency = Currency
setting-monthly_budget = Monthly budget, in the currency's smallest unit
setting-daily_budget = Daily budget, in the currency's smallest unit
setting-system_prompt = System prompt
setting-instructions = Instructions
providers = Providers
providers-empty = No provider yet
providers-empty-text = Language models are asked at a provider. Add the first one with its key.
provider-add = Add provider
provider-name-hint = What settings call it: 2 to 32 characters of a-z, 0-9 and hyphens.
provider-kind = Kind
provider-address-hint = For Azure, Ollama and whatever speaks as OpenAI does.
provider-key-hint = Kept sealed, and never shown again.
provider-key-kept = The present key stays if you leave this empty.
provider-forget-key = Remove the key
provider-remove-title = Remove { $name }?
provider-remove-effect = Its key is deleted, and cannot be brought back with an earlier version.
provider-openai = OpenAI
provider-anthropic = Anthropic
provider-azure_openai = Azure OpenAI
provider-google = Google
provider-mistral = Mistral
provider-ollama = Ollama
provider-openai_compatible = OpenAI-compatible
key = Key
key-set = Set
key-not-set = Not set
remove = Remove
acts = Actions
version = Version
versions = Versions
versions-empty = Nothing was changed yet
versions-empty-text = Each change will stand here with who made it, and can be taken back.
versions-older = Earlier versions
version-as-in = as in version { $count }
bring-back = Bring back
bring-back-first = Bring back what was before the first change
revert-title = Bring version { $count } back?
revert-lead = Everything set for the platform becomes as it was in that version, as a new change. A provider that has changed since comes back without its key.
revert-lead-project = Everything set for this project becomes as it was in that version, as a new change.
# Users
nav-access = Access
nav-users = Users
users-lead = People of the platform and of tenants
users-filter-tenant = Tenant, or "platform"
user-invite = Invite somebody
user-invite-button = Make the invitation
user-invite-lead = They get a link that works once, within seven days.
user-name-hint = They can change it when they join.
user-tenant-hint = The slug of a tenant; empty for people of the platform.
user-tenant-hint-only = The slug of the tenant.
user-link-made = Link made
user-link-lead = Give it to this person and to nobody else: it works once, until { $name }.
user-link-mailed = It goes out by mail too.
user-link-not-mailed = No mail goes out: no mail server is configured.
user-link = New link for { $name }
user-link-effect = Links that were made before end. The present password works until the new link is used.
user-link-button = Make the link
user-link-invitation = New invitation
user-link-reset = New password link
user-edit = Edit { $name }
user-email-hint = What they sign in with. A new address ends the link that went to the old one.
user-role = Role of { $name }
user-role-lead = Their sessions end, and so do those of their tokens that may do more than the new role.
user-role-button = Change role
user-disable = Disable { $name }?
user-disable-lead = They cannot sign in, their sessions end, and their tokens open nothing. This can be undone.
user-disable-button = Disable
user-enable = Enable { $name }?
user-enable-lead = They can sign in again.
user-enable-button = Enable
user-remove = Remove { $name }?
user-remove-effect = Their sessions end, their tokens are revoked, and password and factors go. What they did stays in the log.
user-remove-button = Remove
user-erase = Erase { $name }?
user-erase-effect = Name, addresses, browsers, and the names of their tokens and factors go from everywhere in Daybook. A person who is still there is removed first.
user-erase-stays = Entries, roots and proofs stay as they are, and so does the reason that you give: do not name the person in it.
user-erase-beyond = Backups, mail that was sent, and logs of other servers are beyond Daybook's reach.
user-erase-button = Erase
user-factors = Remove the factors of { $name }?
user-factors-lead = For somebody who lost them: they sign in with the password alone until they set up others. Their sessions end.
user-factors-button = Remove all
user-sessions = End all sessions of { $name }?
user-sessions-lead = They have to sign in again everywhere.
user-session = End this session of { $name }?
user-events = What happened last
user-entries = Entries about this person
user-about = Person
role = Role
last-sign-in = Last sign-in
invited = Invited
joined = Joined
erased-at = Erased
factors = Ways to sign in
factors-none = The password alone
factors-none-text = No one-time codes, passkeys or accounts of a provider.
factor-totp = One-time codes
factor-passkey = Passkey
factor-oidc = Account of an identity provider

# Sessions
nav-sessions = Sessions
sessions-lead = Where you are signed in
sessions-none = No session
sessions-none-text = This person is not signed in anywhere.
sessions-end-others = End all others
sessions-end-others-lead = You stay signed in here and have to sign in again everywhere else.
sessions-end-all-button = End sessions
session-end = End
session-end-title = End this session?
session-end-lead = Whoever uses it has to sign in again.
session-current = This one
session-began = Began
session-seen = Last used
session-ends = Ends by

# API tokens
nav-api-tokens = API tokens
api-tokens-lead = Programs' way in, latest first
api-token-new = New API token
api-token-button = Create token
api-tokens-empty = No token yet
api-tokens-empty-text = A token lets a program use the API with the rights of a role, or with fewer.
api-token = Token
api-token-name-hint = Says what it is for; it stands in the log.
api-token-tenant-hint = The slug of the tenant within which it acts; empty for the platform.
api-token-scopes = Only these actions
api-token-scopes-hint = All that the role may do if you choose none.
api-token-expires = Ends
api-token-days = after { $count } days
api-token-never = never
api-token-personal = It is mine: it opens nothing while I am disabled, and ends with me
api-token-made = Token made
api-token-made-lead = Send it as "Authorization: Bearer …". Daybook keeps only a hash of it.
api-token-all = All that the role may do
api-token-used = Last used
api-token-revoke = Revoke { $name }?
api-token-revoke-effect = Programs that use it are shut out at once. It cannot be undone.
api-token-revoke-button = Revoke
api-token-of-person = Somebody's own
state-over = Over
scopes = Scopes
may-tenants-read = See tenants and what deleting one would close
may-tenants-write = Create, edit, suspend, resume and delete tenants
may-plans-read = See plans and what they allow
may-plans-write = Create, edit and delete plans
may-usage-read = See what tenants use of their quotas
may-profile-read = See the profile of one's own tenant
may-profile-write = Edit the profile of one's own tenant
may-projects-read = See projects
may-projects-write = Create, edit and delete projects, and bind codes to them
may-codes-read = See activation codes, without the codes themselves
may-codes-write = Generate and revoke activation codes
may-devices-read = See enrolled devices
may-devices-write = Revoke devices
may-log-read = Read and follow the event log
may-numbers-read = Read totals, trends and rankings
may-users-read = See users
may-tenant-users-write = Invite, edit and remove users of tenants
may-platform-users-write = Invite, edit and remove users of the platform
may-sessions-read = See who is signed in
may-sessions-write = End the sessions of others
may-tokens-read = See API tokens, without their secrets
may-tokens-write = Create and revoke API tokens
may-persons-erase = Erase the personal values of a person
may-identity-providers-read = See identity providers
may-identity-providers-write = Configure identity providers
may-config-read = See the configuration, without its keys
may-config-write = Change the configuration
may-notifications-read = See which notifications wait, were sent or failed
may-notifications-write = Try failed notifications again
may-account = Manage one's own profile, password, second factors and sessions

# Account
account = Your account
account-name = Change name
account-password = Change password
account-password-button = Change it
account-present-password = Present password
account-present-password-hint = Leave it empty if you never chose one.
account-new-password = New password
account-others-end = Your other sessions end with it.
account-factors-none = Add a second step or a passkey, so that a password alone opens nothing.
account-factor-remove = Remove this way to sign in?
account-factor-remove-button = Remove
account-recovery = New recovery codes
account-recovery-lead = For the day on which your authenticator app is lost. The codes that you have now end.
account-recovery-button = Make new codes
account-recovery-left = { $count ->
    [one] { $count } recovery code left
   *[other] { $count } recovery codes left
}
account-recovery-made = Your recovery codes
account-recovery-made-lead = Each works once, instead of a one-time code. Keep them where your authenticator app is not.
totp = Set up one-time codes
totp-lead = You need an authenticator app. From then on, signing in with your password asks for a code. Your other sessions end.
totp-wrong = That was not the code that the app showed. Begin again: the app gets another secret.
totp-begin = Begin
totp-secret-lead = Let your authenticator app read the picture, or type the secret into it; then type the code that it shows.
totp-picture = QR code of the secret, which stands below as text
totp-secret = Secret
totp-uri = The same as a link
totp-code-hint = Six digits.
totp-button = Confirm
passkey-add = Add a passkey
passkey-lead = This device, or a security key, signs you in without a password.
passkey-needs-script = Passkeys need a script, which your browser does not run here.
passkey-unsupported = This browser knows no passkeys, or an older kind of them.
passkey-failed = Nothing came of it. Try again, or choose another way.
passkey-label = What to call it
passkey-label-hint = Such as "laptop" or "security key".
passkey-add-button = Add passkey
notify = Tell me by mail when
notify-codes_generated = Activation codes were generated
notify-limit_near = A tenant comes near a limit, or has reached it
notify-tenant_suspended = A tenant was suspended
notify-tenant_resumed = A suspended tenant works again
notify-subscription_changed = A tenant's subscription changed
notify-new_sign_in = Somebody signed in to my account with a device that was not used before
look = How pages look
look-language = Language
look-browser = As the browser asks
look-theme = Theme
look-system = As the system is
look-light = Light
look-dark = Dark
look-density = Tables
look-usual = Usual
look-compact = Compact
look-keys = Single keys
look-keys-on = Work as shortcuts
look-keys-off = Do nothing
keys-new = What can be made or added here
keys-off-where = Single keys can be turned off in your preferences

# Settings
nav-settings = Settings
settings-lead = What the operator has set. What only you like differently is in your account.
settings-server = This server
settings-server-text = It was started with these; daybook serve --help names them.
settings-address = Public address
settings-engine = Database
settings-mail = Mail
settings-mail-on = Sent through a server
settings-mail-off = Not sent: links are shown to whoever makes them
updated = Changed
identity-title = Identity provider
identity-none = People sign in with a password or a passkey
identity-none-text = An identity provider that speaks OpenID Connect can sign them in instead.
identity-on = Signs people in
identity-off = Switched off
identity-issuer = Issuer
identity-issuer-hint = Its name and address, such as https://accounts.example.com
identity-client = Client id
identity-secret = Client secret
identity-secret-hint = Left empty, the present one stays. Another issuer needs another.
identity-enabled = People may sign in there
identity-redirect = Sends browsers back to
identity-lead = The provider must know this address to send browsers back to: { $place }
identity-configure = Configure
identity-remove = Remove provider
identity-remove-title = Remove the identity provider?
identity-remove-lead = Nobody signs in at { $name } any more. People keep their accounts, and sign in with a password or a passkey.

# Which tenant is looked at
switch-title = Choose a tenant
switch-lead = Lists and the event log are narrowed to it.
switch-viewing = Viewing
switch-all = All tenants
switch-find = Find

# Errors
error-title-403 = You may not see this
error-title-404 = There is nothing here
error-title-429 = Too many attempts
error-title-500 = Something went wrong
error-title-link = This link opens nothing
error-title-other = That did not work
panel-failed = This could not be read
unreached = The server could not be reached.
panel-kept = Nothing was lost.
error-request = Request { $name }
error-again = Try again
error-kept = What was saved before is still there. If you sent a form, look whether it was done before you send it again.
error-home = To the dashboard

# A tenant's own profile
profile-title = Edit profile
profile-lead = What the tenant says of itself. Plan, limits and code prefix are the operator’s to change.

# What the script says
copied = Copied
not-copied = Could not copy. Select the text and copy it by hand.
just-now = just now
theme-is-light = Light theme
theme-is-dark = Dark theme

# Event log: how many match, when they happened, and all of them as a file
entries-matched = { $total ->
    [one] { $total } entry
   *[other] { $total } entries
}
entries-matched-of = { $total ->
    [one] { $count } of { $total } entry
   *[other] { $count } of { $total } entries
}
entries-matched-over = more than { $total } entries
entries-matched-over-of = more than { $count } of { $total } entries
entries-by-time = Entries by time
entries-by-time-caption = { $total ->
    [one] { $total } entry
   *[other] { $total } entries
} from { $since } to { $until } (UTC): { $major } major, { $minor } minor. A column is { $what }.
entries-by-time-newest = Only the newest { $total } are counted.
column-hours = { $count ->
    [one] an hour
   *[other] { $count } hours
}
column-days = a day
column-weeks = a week
column-months = { $count ->
    [one] a month
   *[other] { $count } months
}
column-from = From
entries-export = Export these entries
entries-export-csv = As a table (CSV)
entries-export-ndjson = As lines of JSON (NDJSON)
