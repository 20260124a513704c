# Was die Seiten sagen. Ein Name hier steht in jeder Datei dieses Ordners; ein Test vergleicht sie.

# Datum
date-day = { $day }. { $mon } { $year }
date-month = { $mon } { $year }
date-short = { $day }. { $mon }
date-long = { $weekday }, { $day }. { $month } { $year }
weekday-0 = Montag
weekday-1 = Dienstag
weekday-2 = Mittwoch
weekday-3 = Donnerstag
weekday-4 = Freitag
weekday-5 = Samstag
weekday-6 = Sonntag
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember
mon-1 = Jan.
mon-2 = Feb.
mon-3 = März
mon-4 = Apr.
mon-5 = Mai
mon-6 = Juni
mon-7 = Juli
mon-8 = Aug.
mon-9 = Sept.
mon-10 = Okt.
mon-11 = Nov.
mon-12 = Dez.

# Um jede Seite
skip = Zum Inhalt springen
nav-open = Navigation öffnen
nav-close = Navigation schließen
nav-main = Hauptmenü
nav-primary = Navigation
search-label = Einträge, Codes und Geräte suchen
search-hint = Suchen oder Kennung einfügen
server-time = Zeit des Servers
theme-toggle = Zwischen hell und dunkel wechseln
all-times-utc = Alle Zeiten in UTC
notifications = Meldungen
log-entries = { $count ->
    [one] { $count } Eintrag
   *[other] { $count } Einträge
}
log-head = Ereignisprotokoll
sign-out = Abmelden
keys-title = Tastenkürzel
done = Fertig
copy-all = Alle kopieren
copy-number = Nummer { $count } kopieren
download-csv = CSV herunterladen
secret-stored = Ich habe das aufbewahrt: es wird nicht noch einmal gezeigt
keys-search = Suchen
keys-next = Nächster und voriger Eintrag
keys-help = Diese Liste
close = Schließen

# Navigation
nav-dashboard = Übersicht
nav-events = Ereignisprotokoll
role-owner = Inhaber
role-admin = Administrator der Plattform
role-auditor = Prüfer
role-tenant_admin = Administrator des Mandanten
role-tenant_member = Mitglied des Mandanten

# Anmelden
sign-in = Anmelden
sign-in-to = beim Lizenzportal auf { $name }
email = E-Mail-Adresse
password = Passwort
sign-in-with-password = Mit Passwort anmelden
sign-in-passkey = Mit einem Passkey anmelden
sign-in-provider = Bei Ihrer Organisation anmelden
sign-in-or = oder mit einem Passwort
sign-in-to-tenant = beim Lizenzportal von { $name }
sign-in-tenant-hint = Das Kürzel, wie es in der Adresse steht, die Sie bekommen haben.
sign-in-suspended = Dieser Mandant ist gesperrt: niemand kann sich anmelden.
sign-in-recorded = Jede Anmeldung steht im Protokoll.
sign-in-refused = Adresse oder Passwort sind falsch.
sign-in-limited = Zu viele Versuche waren falsch. Versuchen Sie es in { $count ->
    [one] { $count } Sekunde
   *[other] { $count } Sekunden
} wieder.
second-factor = Zweiter Schritt
second-factor-lead = Geben Sie die sechs Ziffern Ihrer Authenticator-App ein oder einen Ihrer Wiederherstellungscodes.
second-factor-code = Code
second-factor-refused = Dieser Code ist falsch oder wurde schon benutzt. Beginnen Sie wieder mit dem Passwort.
second-factor-button = Weiter
sign-in-claim = Jede Lizenz, jedes Gerät, in ihrer Reihenfolge.
sign-in-claim-text = Daybook schreibt jede Änderung in ein Protokoll, das nur wächst und das jeder prüfen kann, den Sie dazu einladen.

# Seiten, zu denen Links führen
your-name = Ihr Name
password-hint = Mindestens 12 Zeichen, und keines der üblichen.
set-up-title = Daybook einrichten
set-up-lead = Dieses Portal gehört noch niemandem. Wer dies ausfüllt, wird sein erster Inhaber.
set-up-button = Inhaber werden
set-up-done = Das Portal gehört Ihnen
join-title = Daybook beitreten
join-lead = Sie sind zu diesem Portal eingeladen. Wählen Sie ein Passwort, um beizutreten.
join-lead-tenant = Sie sind zu { $name } eingeladen. Wählen Sie ein Passwort, um beizutreten.
join-button = Beitreten
reset-title = Neues Passwort wählen
reset-lead = Wählen Sie ein neues Passwort. Ihre anderen Sitzungen enden damit.
reset-button = Wählen
reset-done = Ihr neues Passwort gilt
reset-done-text = Melden Sie sich damit und mit Ihrem zweiten Faktor an.
welcome = Willkommen
welcome-text = Sie sind angemeldet.
to-portal = Zum Portal

# Ein erfundener Tag, für alle, die nicht angemeldet sind
sign-in-side = Was Daybook aufzeichnet
example-day = Ein Tag als Beispiel
example-1 = Gerät SCARA-014 hat sich mit Code …4F7Q aktiviert
example-1-by = Fleet Console 4.2.1
example-1-of = Northwind Robotics
example-2 = 25 Aktivierungscodes für Fleet Console erzeugt
example-2-by = Ines Marchetti
example-2-of = Northwind Robotics
example-3 = Sprachmodell von Furnace Watch umgestellt
example-3-by = Tomáš Vrba
example-3-of = Vítkov Steelworks
example-4 = Fünf Anmeldungen misslungen; die nächste muss warten
example-4-by = Jemand vom Mandanten
example-4-of = Halden Marine Systems
example-5 = Code …Q8TD widerrufen: Laptop verloren
example-5-by = Mara Lindqvist
example-5-of = Kestrel Avionics

# Übersicht
key-figures = Kennzahlen
figure-tenants = Mandanten
figure-projects = Projekte
figure-codes = Aktive Codes
figure-devices = Aktive Geräte
figure-activations = Aktivierungen
figure-refused = Abgelehnt
figure-days = in { $days } Tagen
figure-new = { $count } neu in { $days } Tagen
range = Zeitraum
range-days = { $count } Tage
recent = Letzte Ereignisse
severity = Gewicht
severity-all = Alle
severity-major = Wichtig
severity-minor = Gering
severity-refused = Abgelehnt
live = Live
live-title = Laufende Aktualisierung anhalten oder fortsetzen
live-paused = Angehalten
live-lost = Verbindet neu
show-new = Neue Einträge zeigen
today = Heute
yesterday = Gestern
open-log = Zum Ereignisprotokoll
feed-empty = Es ist noch nichts geschehen
feed-empty-text = Jede Änderung am Portal erscheint hier, sobald sie geschieht.
activations = Aktivierungen
accepted = Angenommen
refused = Abgelehnt
activations-caption = { $total } angenommen und { $count } abgelehnt in { $days } Tagen.
view-as-table = Als Tabelle zeigen
day = Tag
devices-by-project = Geräte je Projekt
on-projects = in { $count ->
    [one] { $count } Projekt
   *[other] { $count } Projekten
}
project = Projekt
devices = Geräte
share = Anteil
others = Andere
no-devices = Noch keine Geräte
no-devices-text = Ein Gerät meldet sich selbst mit einem Aktivierungscode an.
first-steps = Erste Schritte
step-is-done = erledigt
step-owner = Der erste Inhaber
step-owner-why = Wer hier alles darf und andere hereinlässt
step-tenant-why = Ein Kunde oder ein Team, das Lizenzen bekommt
step-project-why = Ein Produkt, das lizenziert wird
step-codes-why = Jeder meldet so viele Geräte an, wie Sie sagen
quick-steps = Schnell getan
concerns = Braucht Aufmerksamkeit
concern-look = Ansehen
concern-suspended = { $count ->
    [one] { $count } Mandant ist gesperrt
   *[other] { $count } Mandanten sind gesperrt
}
concern-past-due = { $count ->
    [one] Eine Zahlung von { $count } Mandanten steht aus
   *[other] Zahlungen von { $count } Mandanten stehen aus
}
concern-invited = { $count ->
    [one] { $count } Person wurde eingeladen und ist noch nicht gekommen
   *[other] { $count } Personen wurden eingeladen und sind noch nicht gekommen
}
feed-run = { $what }, { $count }-mal
as-of = Stand: Eintrag { $total }

# Protokoll
events-lead = Jede Änderung der Reihe nach, die neueste zuerst
filters = Filter
filter-type = Art
filter-tenant = Mandant
filter-q = Kennung, Kurzname oder Art
filter-apply = Zeigen
filter-clear = Alle Filter entfernen
filter-any = Beliebig
filter-chip = { $name }: { $what }
filter-remove = , diesen Filter entfernen
filter-by-q = Suche
filter-by-status = Status
filter-by-tenant = Mandant
filter-by-project = Projekt
filter-by-severity = Gewicht
filter-by-outcome = Ergebnis
filter-by-type = Art
filter-by-since = Von
filter-by-until = Bis
outcome-done = Erledigt
outcome-refused = Abgelehnt
copy = Kopieren
copy-this = { $what } kopieren
related = Dazu
events-older = Ältere Einträge
events-newest = Neueste Einträge
events-none = Kein Eintrag passt
column-time = Zeit
column-what = Was geschah
column-who = Wer
of-platform = Plattform
column-place = Stelle
breadcrumb = Pfad
entry = Eintrag { $name }
changes = Änderungen
field = Feld
before = Vorher
after = Nachher
who-and-where = Wer und woher
address = Adresse
user-agent = Womit
request = Anfrage
happened = Geschehen
recorded = Aufgezeichnet
place-in-log = Stelle im Protokoll
id = Kennung
entry-hash = Hash des Blattes
raw-entry = Eintrag im Wortlaut

# Wer es war, wo kein Name steht
erased = (gelöscht)
actor-admin = Ein Betreiber
actor-tenant = Jemand vom Mandanten
actor-device = Ein Gerät
actor-system = Daybook
actor-api_token = Ein API-Token

# Formulare und Listen
cancel = Abbrechen
optional = (freiwillig)
confirm-by-typing = Zur Bestätigung { $name } eingeben
confirm-wrong = Das ist nicht der Name: nichts wurde geändert.
pager-first = Erste Seite
pager-next = Nächste Seite
list-none = Nichts passt
list-none-text = Lockern Sie, was die Liste eingrenzt, oder entfernen Sie alles.
filter-without = Ohne { $name }
status = Zustand
search = Suche
status-any = Jeder Zustand
created = Angelegt
name = Name

# Mandanten
nav-customers = Kunden
nav-portal = Ihr Mandant
nav-tenants = Mandanten
tenants-lead = Kunden, jeder mit seinen Projekten, Codes, Geräten und Personen
tenant-new = Neuer Mandant
tenant-create = Mandant anlegen
tenants-empty = Noch kein Mandant
tenants-empty-text = Ein Mandant besitzt Projekte, Aktivierungscodes und Geräte. Legen Sie den ersten an.
tenant = Mandant
plan = Tarif
projects = Projekte
state-active = Aktiv
state-suspended = Gesperrt
state-deleted = Gelöscht
slug = Kürzel
slug-hint = Steht in Adressen; wird aus dem Namen gemacht, wenn Sie es weglassen.
contact-email = E-Mail-Adresse für Mitteilungen
contact-email-hint = Wohin Daybook wegen dieses Mandanten schreibt.
device-limit = Gerätegrenze
device-limit-hint = So viele, wie der Tarif erlaubt, wenn Sie es weglassen.
code-prefix = Anfang seiner Codes
code-prefix-hint = Zwei bis sechs Buchstaben; wird aus dem Namen gemacht, wenn Sie ihn weglassen.
of-limit = { $used } von { $limit }

# Unversehrtheit des Protokolls
nav-trust = Vertrauen
nav-integrity = Unversehrtheit
integrity-lead = Jeder Eintrag ist ein Blatt eines Merkle-Baums: wird einer geändert, entfernt oder verschoben, ändert sich die Wurzel.
integrity-entries = Einträge
integrity-pending = Warten auf ihre Nummer
integrity-root = Wurzel
integrity-key = Schlüssel des Protokolls
integrity-key-hint = Bewahren Sie diesen Schlüssel anderswo auf: wer ihn hat, prüft Nachweise ohne den Server, mit daybook verify.
integrity-verify = Nachweis prüfen
integrity-proof = Nachweis oder Prüfpunkt
integrity-proof-hint = Fügen Sie eine .tlog-proof-Datei ein, wie die Seite eines Eintrags sie anbietet, oder einen signierten Prüfpunkt.
integrity-good-entry = Gültig: das ist Eintrag { $place } des Protokolls, wie es bei { $size } Einträgen signiert wurde.
integrity-good-head = Gültig: das Protokoll hat diese Wurzel bei { $size } Einträgen signiert.
integrity-bad = Das beweist nichts:
proof-download = Nachweis herunterladen
# Ein Mandant
overview = Überblick
edit = Bearbeiten
change = Ändern
save = Speichern
details = Angaben
yes = Ja
no = Nein
reason = Grund
reason-hint = Steht im Protokoll.
customer-since = Kunde seit
codes = Codes
code = Code
uses = Benutzt
users = Personen
device = Gerät
last-seen = Zuletzt gesehen
for-whom = Für
entries = Einträge
entries-about = Einträge darüber
all-projects = Alle seine Projekte
all-codes = Alle seine Codes
all-devices = Alle seine Geräte
all-users = Alle seine Personen
all-entries = Alle Einträge dieses Mandanten
none-projects = Noch kein Projekt
none-codes = Noch kein Code
none-users = Noch keine Person
activations-month = Aktivierungen in diesem Monat
contact = Kontakt
logo = Logo
prefix = Codeanfang
own-codes = Erzeugt selbst Codes
domain = Domain
domain-hint = Des eigenen Portals des Mandanten.
logo-url = Adresse seines Logos
primary-color = Farbe
primary-color-hint = Etwa #2545c4; auf den eigenen Seiten des Mandanten.
code-prefix-edit-hint = Zwei bis sechs Buchstaben außer I, L, O und U; für Codes, die von jetzt an erzeugt werden.
self-service-codes = Seine Personen dürfen Codes erzeugen
tenant-edit-title = { $name } bearbeiten
tenant-is-suspended = Gesperrt: Aktivierungen und Anmeldungen dieses Mandanten werden abgelehnt, und seine Geräte nicht eingelassen.
tenant-suspend = Sperren
tenant-suspend-title = { $name } sperren?
tenant-suspend-effects = Bis er wieder freigegeben wird, { $people ->
    [one] kann sich { $people } Person nicht anmelden
   *[other] können sich { $people } Personen nicht anmelden
}, { $devices ->
    [one] wird { $devices } Gerät abgelehnt
   *[other] werden { $devices } Geräte abgelehnt
} und { $codes ->
    [one] aktiviert { $codes } Code nichts
   *[other] aktivieren { $codes } Codes nichts
}.
tenant-resume = Freigeben
tenant-resume-title = { $name } freigeben?
tenant-resume-lead = Seine Personen können sich wieder anmelden, seine Geräte werden eingelassen, und seine Codes aktivieren.
tenant-delete = Löschen
tenant-delete-title = { $name } löschen?
tenant-delete-lead = Alles von ihm wird auf einmal geschlossen. Seine Geschichte bleibt im Protokoll, und sein Kürzel ist wieder frei.
deletes-projects = { $count ->
    [one] { $count } Projekt wird gelöscht.
   *[other] { $count } Projekte werden gelöscht.
}
revokes-codes = { $count ->
    [one] { $count } aktiver Code wird widerrufen.
   *[other] { $count } aktive Codes werden widerrufen.
}
revokes-devices = { $count ->
    [one] { $count } aktives Gerät wird widerrufen.
   *[other] { $count } aktive Geräte werden widerrufen.
}
removes-users = { $count ->
    [one] { $count } Person wird entfernt.
   *[other] { $count } Personen werden entfernt.
}
ends-sessions = { $count ->
    [one] { $count } Sitzung wird beendet.
   *[other] { $count } Sitzungen werden beendet.
}
cannot-be-undone = Das kann nicht rückgängig gemacht werden.
subscription = Abonnement
subscription-title = Abonnement von { $name }
subscription-state = Neuer Zustand
subscription-change = Abonnement ändern
subscription-now = Jetzt: { $name }.
subscription-now-until = Jetzt: zur Probe bis { $name }.
subscription-trialing = Zur Probe
subscription-active = In Ordnung
subscription-past_due = Zahlung fällig
subscription-suspended = Ausgesetzt
subscription-canceled = Gekündigt
trial-ends = Ende der Probezeit
trial-ends-hint = Nur für eine Probezeit: der erste Tag, der nicht mehr dazugehört, UTC.

# Zustände
state-inactive = Aus
state-used = Verbraucht
state-expired = Abgelaufen
state-revoked = Widerrufen
state-invited = Eingeladen
state-disabled = Stillgelegt
state-removed = Entfernt

# Tarife
nav-configuration = Einrichtung
nav-plans = Tarife
plans-lead = Was Mandanten haben dürfen
plans-empty = Noch kein Tarif
plans-empty-text = Ein Tarif sagt, wie viele Geräte, Projekte und Aktivierungen seine Mandanten haben dürfen.
plan-new = Neuer Tarif
plan-create = Tarif anlegen
plan-name-hint = 1 bis 40 aus a-z, 0-9, - und _; ändert sich nie.
plan-title-hint = Wie er gezeigt wird; das Kürzel, wenn Sie ihn weglassen.
plan-edit-title = { $name } bearbeiten
plan-edit-lead = Was er erlaubt, gilt sofort für seine Mandanten. Was sie über einer gesenkten Grenze haben, bleibt, und nichts Neues kommt hinzu.
plan-delete = Löschen
plan-delete-title = { $name } löschen?
plan-delete-lead = Ein Tarif, den Mandanten haben, bleibt: geben Sie ihnen zuerst einen anderen.
unlimited = Unbegrenzt
project-limit = Projektgrenze
activation-quota = Aktivierungen im Monat
usage-quotas = Mengen im Monat
usage-quotas-hint = Je Zeile eine: was Geräte melden, =, wie viel davon in einen Monat geht. Zum Beispiel: api-calls = 100000
limit-hint = Ohne Grenze, wenn Sie es weglassen.

# Auswertung
nav-analytics = Auswertung
analytics-lead = Nutzung durch alle Mandanten
range-7d = 7 Tage
range-30d = 30 Tage
range-90d = 90 Tage
range-1y = 12 Monate
figure-entries = Einträge
figure-enrolled = Angemeldete Geräte
figure-before = { $count } in den { $days } Tagen davor
now = Jetzt
from-day = Ab
entries-by-day = Einträge nach Tagen
fewer = Weniger
more = Mehr
heat-caption = { $total } Einträge in 52 Wochen. Die meisten: { $name } mit { $count }.
week-of = Woche ab
wday-0 = Mo
wday-1 = Di
wday-2 = Mi
wday-3 = Do
wday-4 = Fr
wday-5 = Sa
wday-6 = So
top-tenants = Größte Mandanten
top-tenants-caption = { $count } von { $total } Mandanten. Orange: neun Zehntel der Grenze oder mehr.
top-projects = Größte Projekte
by-devices = nach aktiven Geräten, jetzt
tenants-by-plan = Mandanten nach Tarif
subscriptions = Abonnements
refusal-reasons = Warum Aktivierungen abgelehnt wurden
none-refused = Keine Aktivierung wurde abgelehnt.
refused-CODE_REVOKED = Code widerrufen
refused-CODE_EXPIRED = Code abgelaufen
refused-CODE_EXHAUSTED = Code ganz verbraucht
refused-TENANT_SUSPENDED = Mandant gesperrt
refused-PROJECT_MISMATCH = Code eines anderen Projekts
refused-PROJECT_INACTIVE = Projekt aus oder gelöscht
refused-DEVICE_REVOKED = Gerät widerrufen
refused-DEVICE_ENROLLED_ELSEWHERE = Gerät in einem anderen Projekt angemeldet
refused-DEVICE_LIMIT_REACHED = Gerätegrenze erreicht
refused-SUBSCRIPTION_INACTIVE = Abonnement ausgesetzt oder gekündigt
refused-ACTIVATION_QUOTA_REACHED = Aktivierungen des Monats verbraucht
activations-by-tenant = Aktivierungen nach Mandanten
activations-by-tenant-text = Angenommene Aktivierungen der Mandanten mit den meisten Geräten und aller anderen.
# Aktivierungscodes
nav-codes = Aktivierungscodes
codes-lead = Mit einem Code melden sich so viele Geräte an, wie er zulässt. Nur seine letzte Gruppe wird gezeigt.
codes-generate = Codes erzeugen
codes-q = Letzte Gruppe oder Anfang der Bezeichnung
codes-empty = Noch kein Aktivierungscode
codes-empty-text = Geräte melden sich mit Aktivierungscodes selbst an. Erzeugen Sie die ersten für einen Mandanten.
codes-count = Wie viele Codes
codes-uses = Geräte für jeden
codes-expires-hint = Vom Beginn dieses Tages an (UTC) melden sie nichts mehr an; nie, wenn Sie es weglassen.
codes-label-hint = Wie Sie sie nennen; der Anfang genügt, um sie zu finden.
codes-reveal = { $count ->
    [one] Kopieren Sie diesen Code jetzt
   *[other] Kopieren Sie diese { $count } Codes jetzt
}
codes-reveal-lead = Sie werden nur dieses Mal gezeigt. Daybook bewahrt von jedem nur einen Hash auf, niemand kann sie noch einmal zeigen.
code-ending = Code mit dem Ende { $name }
code-devices = Geräte, die er angemeldet hat
code-unbound-hint = Gebunden wird er auf der Seite eines Projekts, mit dem ganzen Code.
code-revoke = Code widerrufen
code-revoke-title = Den Code mit dem Ende { $name } widerrufen?
code-revoke-effect = { $count ->
    [0] Er hat nichts mehr zu verlieren; sein Zustand sagt von nun an, dass er widerrufen wurde.
    [one] Das { $count } Gerät, das er noch anmelden könnte, wird von nun an abgewiesen.
   *[other] Die { $count } Geräte, die er noch anmelden könnte, werden von nun an abgewiesen.
}
code-revoke-stay = { $count ->
    [one] Das { $count } Gerät, das er angemeldet hat, arbeitet weiter: { $what }
   *[other] Die { $count } Geräte, die er angemeldet hat, arbeiten weiter, die letzten davon: { $what }
}
codes-revoke = Codes widerrufen
codes-revoke-title = { $count } Codes widerrufen?
codes-revoke-lead = Alle oder keiner, und es lässt sich nicht rückgängig machen: { $what }
codes-revoke-stay = { $count ->
    [one] Das { $count } Gerät, das sie angemeldet haben, arbeitet weiter.
   *[other] Die { $count } Geräte, die sie angemeldet haben, arbeiten weiter.
}
code-select = Den Code mit dem Ende { $name } auswählen
device-acts = Was mit dem Gerät { $name } getan werden kann
code-acts = Was mit dem Code mit dem Ende { $name } getan werden kann
select-all = Alle auf dieser Seite auswählen
bulk-selected = ausgewählt
label = Bezeichnung
expires = Läuft ab
never = Nie
revoked = Widerrufen
unknown = Unbekannt
choose = Wählen
latest = Letzte Einträge
project-none = Kein Projekt
tenant-by-slug = Sein Kürzel.
project-by-id = Seine Kennung.

# Geräte
nav-devices = Geräte
devices-lead = Geräte, die sich mit einem Code angemeldet haben, die letzten zuerst
devices-q = Anfang der Bezeichnung
platform = Plattform
app-version = Version
enrolled = Angemeldet
device-revoke = Gerät widerrufen
device-revoke-title = { $name } widerrufen?
device-revoke-effect = Seine Token enden sofort, und es kann sich nicht wieder anmelden.

# Projekte
projects-lead = Wofür Geräte angemeldet werden, jedes für einen Mandanten
projects-empty = Noch kein Projekt
projects-empty-text = Codes und Geräte gehören zu Projekten von Mandanten. Legen Sie das erste an.
project-new = Neues Projekt
project-create = Projekt anlegen
project-is-active = Eingeschaltet
project-is-active-hint = Solange es aus ist, werden Aktivierungen dafür abgewiesen.
project-assign = Code zuordnen
project-assign-title = { $name } einen Code zuordnen
project-assign-hint = Der ganze Code, wie er einmal gezeigt wurde; er gehört demselben Mandanten und zu keinem anderen Projekt.
project-delete = Projekt löschen
project-delete-lead = Seine Geschichte bleibt im Protokoll. { $name } behält alles andere.
project-delete-devices = { $count ->
    [0] Kein Gerät ist darin aktiv.
    [one] { $count } aktives Gerät wird widerrufen: seine Token enden sofort.
   *[other] { $count } aktive Geräte werden widerrufen: ihre Token enden sofort.
}
project-delete-codes = { $count ->
    [0] Keiner seiner Codes kann verwendet werden.
    [one] { $count } aktiver Code wird widerrufen.
   *[other] { $count } aktive Codes werden widerrufen.
}
edit-title = { $name } bearbeiten
delete = Löschen
delete-title = { $name } löschen?
client = Auftraggeber
client-hint = Für wen es ist.
description = Beschreibung
priority = Dringlichkeit
priority-low = Niedrig
priority-normal = Normal
priority-high = Hoch
first-activated = Zuerst aktiviert
changed = Geändert
of-all = von insgesamt { $total }

# LLM-Konfiguration
nav-llm = LLM-Konfiguration
llm-lead = Wie Sprachmodelle gefragt werden, wo ein Projekt nichts Eigenes setzt.
llm-lead-project = Wie Sprachmodelle für { $name } gefragt werden: seine eigenen Einstellungen, dann die der Plattform.
llm-version = Version { $count }
llm-effective = Was gilt
llm-of-platform = Die Konfiguration der Plattform
llm-edit = LLM-Konfiguration bearbeiten
llm-edit-project = LLM-Konfiguration von { $name } bearbeiten
llm-edit-lead = Was leer bleibt, ist hier nicht gesetzt.
setting = Einstellung
value = Wert
comes-from = Kommt von
source-project = Projekt
source-platform = Plattform
source-default = Eingebaut
not-set = Nicht gesetzt
by-commas = Mehrere, durch Kommas getrennt.
setting-otherwise = Wenn leer: { $what }
setting-provider = Anbieter
setting-model = Modell
setting-fallback_models = Ersatzmodelle
setting-temperature = Temperatur
setting-max_tokens = Längste Antwort, in Token
setting-max_retries = Wiederholungen
setting-timeout_seconds = Zeitgrenze, in Sekunden
setting-currency = Währung
setting-monthly_budget = Monatsbudget, in der kleinsten Einheit der Währung
setting-daily_budget = Tagesbudget, in der kleinsten Einheit der Währung
setting-system_prompt = Systemprompt
setting-instructions = Anweisungen
providers = Anbieter
providers-empty = Noch kein Anbieter
providers-empty-text = Sprachmodelle werden bei einem Anbieter gefragt. Fügen Sie den ersten mit seinem Schlüssel hinzu.
provider-add = Anbieter hinzufügen
provider-name-hint = Wie Einstellungen ihn nennen: 2 bis 32 Zeichen aus a-z, 0-9 und Bindestrichen.
provider-kind = Art
provider-address-hint = Für Azure, Ollama und alles, was wie OpenAI spricht.
provider-key-hint = Wird versiegelt aufbewahrt und nie wieder gezeigt.
provider-key-kept = Der jetzige Schlüssel bleibt, wenn Sie dies leer lassen.
provider-forget-key = Schlüssel entfernen
provider-remove-title = { $name } entfernen?
provider-remove-effect = Sein Schlüssel wird gelöscht und kommt mit keiner früheren Version zurück.
provider-openai = OpenAI
provider-anthropic = Anthropic
provider-azure_openai = Azure OpenAI
provider-google = Google
provider-mistral = Mistral
provider-ollama = Ollama
provider-openai_compatible = OpenAI-kompatibel
key = Schlüssel
key-set = Gesetzt
key-not-set = Nicht gesetzt
remove = Entfernen
acts = Aktionen
version = Version
versions = Versionen
versions-empty = Noch wurde nichts geändert
versions-empty-text = Jede Änderung steht dann hier, mit dem, der sie gemacht hat, und kann zurückgenommen werden.
versions-older = Frühere Versionen
version-as-in = wie in Version { $count }
bring-back = Zurückholen
bring-back-first = Zurückholen, was vor der ersten Änderung war
revert-title = Version { $count } zurückholen?
revert-lead = Alles für die Plattform Gesetzte wird als neue Änderung wieder, wie es in dieser Version war. Ein Anbieter, der sich seither geändert hat, kommt ohne seinen Schlüssel zurück.
revert-lead-project = Alles für dieses Projekt Gesetzte wird als neue Änderung wieder, wie es in dieser Version war.
# Benutzer
nav-access = Zugang
nav-users = Benutzer
users-lead = Leute der Plattform und der Mandanten
users-filter-tenant = Mandant oder „platform“
user-invite = Jemanden einladen
user-invite-button = Einladung erstellen
user-invite-lead = Die Person bekommt einen Link, der einmal funktioniert, binnen sieben Tagen.
user-name-hint = Kann beim Beitreten geändert werden.
user-tenant-hint = Das Kürzel eines Mandanten; leer für Leute der Plattform.
user-tenant-hint-only = Das Kürzel des Mandanten.
user-link-made = Link erstellt
user-link-lead = Geben Sie ihn dieser Person und niemandem sonst: er funktioniert einmal, bis { $name }.
user-link-mailed = Er wird auch per E-Mail geschickt.
user-link-not-mailed = Es geht keine E-Mail hinaus: kein Mailserver ist eingerichtet.
user-link = Neuer Link für { $name }
user-link-effect = Frühere Links enden. Das jetzige Passwort gilt, bis der neue Link benutzt wird.
user-link-button = Link erstellen
user-link-invitation = Neue Einladung
user-link-reset = Link für neues Passwort
user-edit = { $name } bearbeiten
user-email-hint = Damit meldet sich die Person an. Eine neue Adresse beendet den Link, der an die alte ging.
user-role = Rolle von { $name }
user-role-lead = Die Sitzungen der Person enden, ebenso jene ihrer Tokens, die mehr dürfen als die neue Rolle.
user-role-button = Rolle ändern
user-disable = { $name } sperren?
user-disable-lead = Die Person kann sich nicht anmelden, ihre Sitzungen enden, ihre Tokens öffnen nichts. Das lässt sich rückgängig machen.
user-disable-button = Sperren
user-enable = { $name } entsperren?
user-enable-lead = Die Person kann sich wieder anmelden.
user-enable-button = Entsperren
user-remove = { $name } entfernen?
user-remove-effect = Die Sitzungen enden, die Tokens werden widerrufen, Passwort und Faktoren verschwinden. Was die Person getan hat, bleibt im Protokoll.
user-remove-button = Entfernen
user-erase = { $name } löschen?
user-erase-effect = Name, Adressen, Browser und die Namen von Tokens und Faktoren verschwinden überall in Daybook. Wer noch da ist, wird zuerst entfernt.
user-erase-stays = Einträge, Wurzeln und Beweise bleiben, wie sie sind, auch der Grund, den Sie angeben: nennen Sie die Person darin nicht.
user-erase-beyond = Sicherungen, verschickte E-Mails und Protokolle anderer Server erreicht Daybook nicht.
user-erase-button = Löschen
user-factors = Die Faktoren von { $name } entfernen?
user-factors-lead = Für jemanden, der sie verloren hat: bis neue eingerichtet sind, genügt das Passwort. Die Sitzungen der Person enden.
user-factors-button = Alle entfernen
user-sessions = Alle Sitzungen von { $name } beenden?
user-sessions-lead = Die Person muss sich überall neu anmelden.
user-session = Diese Sitzung von { $name } beenden?
user-events = Was zuletzt geschah
user-entries = Einträge über diese Person
user-about = Person
role = Rolle
last-sign-in = Letzte Anmeldung
invited = Eingeladen
joined = Beigetreten
erased-at = Gelöscht
factors = Wege zur Anmeldung
factors-none = Nur das Passwort
factors-none-text = Keine Einmalcodes, Passkeys oder Konten eines Anbieters.
factor-totp = Einmalcodes
factor-passkey = Passkey
factor-oidc = Konto eines Identitätsanbieters

# Sitzungen
nav-sessions = Sitzungen
sessions-lead = Wo Sie angemeldet sind
sessions-none = Keine Sitzung
sessions-none-text = Diese Person ist nirgends angemeldet.
sessions-end-others = Alle anderen beenden
sessions-end-others-lead = Hier bleiben Sie angemeldet, überall sonst müssen Sie sich neu anmelden.
sessions-end-all-button = Sitzungen beenden
session-end = Beenden
session-end-title = Diese Sitzung beenden?
session-end-lead = Wer sie benutzt, muss sich neu anmelden.
session-current = Diese hier
session-began = Begonnen
session-seen = Zuletzt benutzt
session-ends = Endet spätestens

# API-Tokens
nav-api-tokens = API-Tokens
api-tokens-lead = Zugänge für Programme, neueste zuerst
api-token-new = Neues API-Token
api-token-button = Token erstellen
api-tokens-empty = Noch kein Token
api-tokens-empty-text = Mit einem Token benutzt ein Programm die API mit den Rechten einer Rolle oder mit weniger.
api-token = Token
api-token-name-hint = Sagt, wofür es ist; steht im Protokoll.
api-token-tenant-hint = Das Kürzel des Mandanten, in dem es handelt; leer für die Plattform.
api-token-scopes = Nur diese Handlungen
api-token-scopes-hint = Alles, was die Rolle darf, wenn Sie keine wählen.
api-token-expires = Endet
api-token-days = nach { $count } Tagen
api-token-never = nie
api-token-personal = Es gehört mir: es öffnet nichts, solange ich gesperrt bin, und endet mit mir
api-token-made = Token erstellt
api-token-made-lead = Senden Sie es als „Authorization: Bearer …“. Daybook behält nur einen Hash davon.
api-token-all = Alles, was die Rolle darf
api-token-used = Zuletzt benutzt
api-token-revoke = { $name } widerrufen?
api-token-revoke-effect = Programme, die es benutzen, sind sofort ausgesperrt. Das lässt sich nicht rückgängig machen.
api-token-revoke-button = Widerrufen
api-token-of-person = Gehört jemandem
state-over = Abgelaufen
scopes = Rechte
may-tenants-read = Mandanten ansehen und was ihre Löschung schließen würde
may-tenants-write = Mandanten anlegen, bearbeiten, sperren, entsperren und löschen
may-plans-read = Tarife ansehen und was sie erlauben
may-plans-write = Tarife anlegen, bearbeiten und löschen
may-usage-read = Ansehen, was Mandanten von ihren Kontingenten verbrauchen
may-profile-read = Das Profil des eigenen Mandanten ansehen
may-profile-write = Das Profil des eigenen Mandanten bearbeiten
may-projects-read = Projekte ansehen
may-projects-write = Projekte anlegen, bearbeiten und löschen und Codes an sie binden
may-codes-read = Aktivierungscodes ansehen, ohne die Codes selbst
may-codes-write = Aktivierungscodes erzeugen und widerrufen
may-devices-read = Angemeldete Geräte ansehen
may-devices-write = Geräte sperren
may-log-read = Das Ereignisprotokoll lesen und verfolgen
may-numbers-read = Summen, Verläufe und Ranglisten lesen
may-users-read = Benutzer ansehen
may-tenant-users-write = Benutzer von Mandanten einladen, bearbeiten und entfernen
may-platform-users-write = Benutzer der Plattform einladen, bearbeiten und entfernen
may-sessions-read = Ansehen, wer angemeldet ist
may-sessions-write = Sitzungen anderer beenden
may-tokens-read = API-Tokens ansehen, ohne ihre Geheimnisse
may-tokens-write = API-Tokens erstellen und widerrufen
may-persons-erase = Die persönlichen Werte einer Person löschen
may-identity-providers-read = Identitätsanbieter ansehen
may-identity-providers-write = Identitätsanbieter einrichten
may-config-read = Die Konfiguration ansehen, ohne ihre Schlüssel
may-config-write = Die Konfiguration ändern
may-notifications-read = Ansehen, welche Benachrichtigungen warten, verschickt wurden oder scheiterten
may-notifications-write = Gescheiterte Benachrichtigungen neu versuchen
may-account = Das eigene Profil, Passwort, zweite Faktoren und Sitzungen verwalten

# Eigenes Konto
account = Ihr Konto
account-name = Namen ändern
account-password = Passwort ändern
account-password-button = Ändern
account-present-password = Jetziges Passwort
account-present-password-hint = Lassen Sie es leer, wenn Sie nie eines gewählt haben.
account-new-password = Neues Passwort
account-others-end = Ihre anderen Sitzungen enden damit.
account-factors-none = Fügen Sie einen zweiten Schritt oder einen Passkey hinzu, damit ein Passwort allein nichts öffnet.
account-factor-remove = Diesen Weg zur Anmeldung entfernen?
account-factor-remove-button = Entfernen
account-recovery = Neue Wiederherstellungscodes
account-recovery-lead = Für den Tag, an dem Ihre Authenticator-App verloren geht. Die jetzigen Codes enden.
account-recovery-button = Neue Codes erstellen
account-recovery-left = { $count ->
    [one] noch { $count } Wiederherstellungscode
   *[other] noch { $count } Wiederherstellungscodes
}
account-recovery-made = Ihre Wiederherstellungscodes
account-recovery-made-lead = Jeder funktioniert einmal, anstelle eines Einmalcodes. Bewahren Sie sie dort auf, wo die Authenticator-App nicht ist.
totp = Einmalcodes einrichten
totp-lead = Sie brauchen eine Authenticator-App. Danach fragt die Anmeldung mit Passwort nach einem Code. Ihre anderen Sitzungen enden.
totp-wrong = Das war nicht der Code, den die App zeigte. Beginnen Sie neu: die App bekommt ein anderes Geheimnis.
totp-begin = Beginnen
totp-secret-lead = Lassen Sie Ihre Authenticator-App das Bild lesen, oder geben Sie ihr das Geheimnis ein; geben Sie dann den Code ein, den sie zeigt.
totp-picture = QR-Code des Geheimnisses, das darunter als Text steht
totp-secret = Geheimnis
totp-uri = Dasselbe als Link
totp-code-hint = Sechs Ziffern.
totp-button = Bestätigen
passkey-add = Passkey hinzufügen
passkey-lead = Dieses Gerät oder ein Sicherheitsschlüssel meldet Sie ohne Passwort an.
passkey-needs-script = Passkeys brauchen ein Skript, das Ihr Browser hier nicht ausführt.
passkey-unsupported = Dieser Browser kennt keine Passkeys oder nur eine ältere Art.
passkey-failed = Daraus wurde nichts. Versuchen Sie es noch einmal oder wählen Sie einen anderen Weg.
passkey-label = Wie er heißen soll
passkey-label-hint = Etwa „Laptop“ oder „Sicherheitsschlüssel“.
passkey-add-button = Passkey hinzufügen
notify = Per E-Mail benachrichtigen, wenn
notify-codes_generated = Aktivierungscodes erzeugt wurden
notify-limit_near = ein Mandant sich einer Grenze nähert oder sie erreicht hat
notify-tenant_suspended = ein Mandant gesperrt wurde
notify-tenant_resumed = ein gesperrter Mandant wieder arbeitet
notify-subscription_changed = sich das Abonnement eines Mandanten änderte
notify-new_sign_in = sich jemand in mein Konto mit einem Gerät anmeldet, das vorher nicht benutzt wurde
look = Darstellung
look-language = Sprache
look-browser = Wie der Browser es verlangt
look-theme = Farben
look-system = Wie das System
look-light = Hell
look-dark = Dunkel
look-density = Tabellen
look-usual = Üblich
look-compact = Dicht
look-keys = Einzelne Tasten
look-keys-on = Kürzen Wege ab
look-keys-off = Tun nichts
keys-new = Was hier neu gemacht werden kann
keys-off-where = Einzelne Tasten lassen sich in Ihren Einstellungen abschalten

# Einstellungen
nav-settings = Einstellungen
settings-lead = Was der Betreiber festgelegt hat. Was nur Sie anders mögen, steht in Ihrem Konto.
settings-server = Dieser Server
settings-server-text = Damit wurde er gestartet; daybook serve --help nennt alles.
settings-address = Öffentliche Adresse
settings-engine = Datenbank
settings-mail = E-Mail
settings-mail-on = Wird über einen Server gesendet
settings-mail-off = Wird nicht gesendet: Links werden dem gezeigt, der sie macht
updated = Geändert
identity-title = Identitätsanbieter
identity-none = Angemeldet wird mit Passwort oder Passkey
identity-none-text = Ein Identitätsanbieter, der OpenID Connect spricht, kann das stattdessen tun.
identity-on = Meldet Personen an
identity-off = Ausgeschaltet
identity-issuer = Aussteller
identity-issuer-hint = Sein Name und seine Adresse, etwa https://accounts.example.com
identity-client = Client-ID
identity-secret = Client-Geheimnis
identity-secret-hint = Bleibt es leer, gilt das bisherige. Ein anderer Aussteller braucht ein anderes.
identity-enabled = Personen dürfen sich dort anmelden
identity-redirect = Schickt Browser zurück nach
identity-lead = Der Anbieter muss die Adresse kennen, an die er Browser zurückschickt: { $place }
identity-configure = Einrichten
identity-remove = Anbieter entfernen
identity-remove-title = Den Identitätsanbieter entfernen?
identity-remove-lead = Bei { $name } meldet sich niemand mehr an. Die Konten bleiben; angemeldet wird mit Passwort oder Passkey.

# Welcher Mandant betrachtet wird
switch-title = Mandanten wählen
switch-lead = Listen und Ereignisprotokoll werden auf ihn eingegrenzt.
switch-viewing = Betrachtet
switch-all = Alle Mandanten
switch-find = Suchen

# Fehler
error-title-403 = Das dürfen Sie nicht sehen
error-title-404 = Hier ist nichts
error-title-429 = Zu viele Versuche
error-title-500 = Etwas ging schief
error-title-link = Dieser Link öffnet nichts
error-title-other = Das hat nicht geklappt
panel-failed = Das ließ sich nicht lesen
unreached = Der Server war nicht erreichbar.
panel-kept = Es ging nichts verloren.
error-request = Anfrage { $name }
error-again = Noch einmal versuchen
error-kept = Was vorher gespeichert wurde, ist noch da. Haben Sie ein Formular gesendet, sehen Sie nach, ob es ausgeführt wurde, bevor Sie es noch einmal senden.
error-home = Zur Übersicht

# Das eigene Profil eines Mandanten
profile-title = Profil bearbeiten
profile-lead = Was der Mandant über sich selbst sagt. Tarif, Grenzen und Code-Präfix ändert der Betreiber.

# Was das Skript sagt
copied = Kopiert
not-copied = Das Kopieren ging nicht. Markieren Sie den Text und kopieren Sie ihn von Hand.
just-now = gerade eben
theme-is-light = Helles Design
theme-is-dark = Dunkles Design

# Event log: how many match, when they happened, and all of them as a file
entries-matched = { $total ->
    [one] { $total } Eintrag
   *[other] { $total } Einträge
}
entries-matched-of = { $total ->
    [one] { $count } von { $total } Eintrag
   *[other] { $count } von { $total } Einträgen
}
entries-matched-over = mehr als { $total } Einträge
entries-matched-over-of = mehr als { $count } von { $total } Einträgen
entries-by-time = Einträge nach Zeit
entries-by-time-caption = { $total ->
    [one] { $total } Eintrag
   *[other] { $total } Einträge
} von { $since } bis { $until } (UTC): { $major } wichtig, { $minor } gering. Eine Säule ist { $what }.
entries-by-time-newest = Gezählt sind nur die neuesten { $total }.
column-hours = { $count ->
    [one] eine Stunde
   *[other] { $count } Stunden
}
column-days = ein Tag
column-weeks = eine Woche
column-months = { $count ->
    [one] ein Monat
   *[other] { $count } Monate
}
column-from = Ab
entries-export = Diese Einträge exportieren
entries-export-csv = Als Tabelle (CSV)
entries-export-ndjson = Als Zeilen von JSON (NDJSON)
