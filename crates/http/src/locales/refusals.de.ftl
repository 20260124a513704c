# Warum etwas abgelehnt wird: je ein Text für jeden Code, den eine Seite zu sehen bekommt. Auf Englisch sagen es die Meldungen selbst.
# $values ist die Zahl der Zahlen in der Meldung, $first und $second sind die ersten beiden.

# Felder
refusal-BEYOND_CALLER = Sie können nicht mehr erlauben, als Sie selbst dürfen.
refusal-BEYOND_ROLE = Das erlaubt die gewählte Rolle nicht.
refusal-CODE_INVALID = Diesen Code gibt es nicht.
refusal-CONFLICTING = Geben Sie eine Dauer oder einen Zeitpunkt an, nicht beides.
refusal-CONTAINS_NAME = Darf weder Ihren Namen noch Ihre E-Mail-Adresse enthalten.
refusal-DUPLICATE = Darf nur einmal in der Liste stehen.
refusal-DUPLICATE_NAME = Muss anders heißen als die anderen.
refusal-INVALID_CHARACTERS = Darf keine Steuerzeichen und keine unsichtbaren Zeichen enthalten.
refusal-INVALID_CODE_PREFIX = Besteht aus 2 bis 6 Buchstaben, ohne I, L, O und U.
refusal-INVALID_COLOR = Muss eine Farbe sein, etwa #2545c4.
refusal-INVALID_CREDENTIAL = Der Passkey konnte nicht gelesen werden. Beginnen Sie noch einmal.
refusal-INVALID_CURRENCY = Muss ein Währungscode nach ISO 4217 sein, etwa EUR.
refusal-INVALID_CURSOR = Diese Seite der Liste gibt es nicht. Beginnen Sie am Anfang der Liste.
refusal-INVALID_DOMAIN = Muss ein Domainname sein, etwa portal.example.com.
refusal-INVALID_EMAIL = Muss eine E-Mail-Adresse sein, etwa ada@example.com.
refusal-INVALID_ID = Das ist keine ID.
refusal-INVALID_ISSUER = Muss eine https-Adresse ohne Abfrage und Fragment sein.
refusal-INVALID_KIND = Muss eine der bekannten Arten sein; eine Art der Nutzung besteht aus 1 bis 40 Zeichen: a–z, 0–9, - und _.
refusal-INVALID_MODEL = Besteht aus { $first } bis { $second } sichtbaren ASCII-Zeichen ohne Leerzeichen.
refusal-INVALID_PARAMETER = Die Adresse enthält etwas, das nicht gelesen werden kann.
refusal-INVALID_PLAN = Besteht aus { $first } bis { $second } Zeichen: a–z, 0–9, - und _.
refusal-INVALID_PROVIDER_NAME = Besteht aus { $first } bis { $second } Zeichen: a–z, 0–9 und einzelne Bindestriche dazwischen.
refusal-INVALID_RANGE = Der Zeitraum muss mit seinem ersten Tag beginnen und darf nicht zu lang sein.
refusal-INVALID_SECRET = Besteht aus { $first } bis { $second } sichtbaren ASCII-Zeichen.
refusal-INVALID_SLUG = Besteht aus { $first } bis { $second } Zeichen: a–z, 0–9 und einzelne Bindestriche dazwischen.
refusal-INVALID_TYPE = Muss von anderer Art sein.
refusal-INVALID_URL = Muss eine http- oder https-Adresse mit höchstens { $first } Zeichen sein.
refusal-INVALID_VALUE = Das steht hier nicht zur Wahl.
refusal-LOW_CONTRAST = Ist zu hell: der Kontrast zu Weiß muss mindestens 3:1 sein. Wählen Sie eine dunklere Farbe.
refusal-NOT_A_CHOICE = Das steht hier nicht zur Wahl.
refusal-NOT_A_CODE = Das ist kein Aktivierungscode. Prüfen Sie, ob er vollständig und richtig abgeschrieben ist.
refusal-NOT_A_DAY = Muss ein Tag sein: JJJJ-MM-TT.
refusal-NOT_A_NUMBER = Muss eine Zahl sein.
refusal-NOT_A_QUOTA = In jeder Zeile stehen eine Art, = und eine ganze Zahl.
refusal-NOT_A_TRIAL = Ist nur für Probezeiten.
refusal-NOT_IN_FUTURE = Muss in der Zukunft liegen.
refusal-NOT_PER_PROJECT = Wird für die ganze Plattform eingestellt.
refusal-NOT_WHOLE = Muss eine ganze Zahl sein.
refusal-OUT_OF_RANGE = { $values ->
    [0] Muss in der Zukunft liegen.
    [1] Muss innerhalb von { $first } Jahren liegen.
   *[other] Muss zwischen { $first } und { $second } liegen.
}
refusal-REQUIRED = Muss angegeben werden.
refusal-RESERVED = Aktivierungen zählt das Portal selbst.
refusal-RESERVED_NAME = Darf nicht „new“ heißen: so beginnen Adressen, unter denen Neues entsteht.
refusal-TOO_COMMON = Gehört zu den ersten, die andere raten. Nehmen Sie mehrere Wörter, die nicht zusammengehören.
refusal-TOO_LONG = Darf höchstens { $first } Zeichen haben.
refusal-TOO_MANY = Es dürfen höchstens { $first } sein.
refusal-TOO_SHORT = Muss mindestens { $first } Zeichen haben.
refusal-TWICE = Jede Art darf nur in einer Zeile stehen.
refusal-UNKNOWN_PLAN = Diesen Tarif gibt es nicht.
refusal-UNKNOWN_PROJECT = Dieses Projekt gibt es bei diesem Mandanten nicht.
refusal-UNKNOWN_PROVIDER = Diesen Anbieter gibt es auf der Plattform nicht.
refusal-UNKNOWN_SCOPE = Dieses Recht gibt es nicht.
refusal-UNKNOWN_TENANT = Diesen Mandanten gibt es nicht.
refusal-UNKNOWN_VERSION = Diese Fassung gibt es nicht: die neueste ist { $second }.
refusal-WRONG_CODE = Das ist nicht der Code, den die App jetzt zeigt. Beginnen Sie noch einmal.
refusal-WRONG_PASSWORD = Das ist nicht Ihr jetziges Passwort.
refusal-WRONG_ROLE = Diese Rolle gehört zur anderen Seite: Mandanten haben Administratoren und Mitglieder, die Plattform Inhaber, Administratoren und Prüfer.

# Was einer Änderung im Weg steht
refusal-CODES_BY_OPERATOR = Die Codes dieses Mandanten macht der Betreiber.
refusal-CODE_ASSIGNED_ELSEWHERE = Der Code gehört zu einem anderen Projekt.
refusal-CODE_CHECKSUM = Das ist kein Aktivierungscode: ein Zeichen ist falsch abgeschrieben.
refusal-CODE_MALFORMED = Das ist kein Aktivierungscode.
refusal-CODE_NOT_ACTIVE = Der Code ist aufgebraucht, abgelaufen oder widerrufen.
refusal-EMAIL_TAKEN = Jemand anderes hat diese E-Mail-Adresse. Alle brauchen eine eigene.
refusal-FACTOR_TAKEN = Dieser Passkey oder dieses Konto gehört schon jemandem.
refusal-LAST_OWNER = Außer dieser Person kann sich kein Inhaber anmelden. Machen Sie zuerst jemand anderen zum Inhaber.
refusal-NOTIFICATION_NOT_FAILED = Diese Nachricht wurde gesendet oder wird noch versucht.
refusal-NOTIFICATION_OVER = Der Link darin öffnet nichts mehr. Stellen Sie einen neuen aus.
refusal-PASSKEYS_UNAVAILABLE = Passkeys brauchen ein Portal, dessen Adresse einen Namen hat und keine IP-Adresse ist.
refusal-PASSKEY_REFUSED = Der Passkey antwortet nicht auf das, was gefragt wurde. Beginnen Sie noch einmal.
refusal-PLAN_EXISTS = Einen Tarif mit diesem Namen gibt es schon. Wählen Sie einen anderen Namen, oder bearbeiten Sie ihn.
refusal-PLAN_IN_USE = Mandanten haben diesen Tarif. Geben Sie ihnen zuerst einen anderen.
refusal-PROJECT_INACTIVE = Das Projekt ist nicht aktiv.
refusal-PROJECT_LIMIT_REACHED = Der Mandant hat so viele Projekte, wie sein Tarif erlaubt.
refusal-PROVIDER_IN_USE = Dieser Anbieter wird noch gefragt. Lassen Sie zuerst einen anderen fragen.
refusal-PROVIDER_MISSING = Den Anbieter jener Fassung gibt es nicht mehr.
refusal-SLUG_TAKEN = Ein anderer Mandant hat dieses Kürzel. Wählen Sie ein anderes.
refusal-STALE = Das wurde inzwischen geändert. Laden Sie die Seite neu, und ändern Sie dann.
refusal-SUBSCRIPTION_INACTIVE = Das Abonnement des Mandanten ist ausgesetzt oder gekündigt.
refusal-SUBSCRIPTION_TRANSITION = In diesem Zustand kann ein Abonnement nicht dazu werden.
refusal-TENANT_ALREADY_SUSPENDED = Der Mandant ist schon gesperrt.
refusal-TENANT_NOT_SUSPENDED = Der Mandant ist nicht gesperrt.
refusal-TENANT_SUSPENDED = Der Mandant ist gesperrt.
refusal-TOTP_ALREADY_SET_UP = Einmalcodes sind schon eingerichtet. Entfernen Sie sie zuerst.
refusal-USER_ERASED = Die persönlichen Angaben dieses Benutzers sind schon gelöscht.
refusal-USER_NOT_ACTIVE = Der Benutzer ist noch nicht beigetreten oder ist gesperrt.
refusal-USER_NOT_DISABLED = Der Benutzer ist nicht gesperrt.
refusal-USER_REMOVED = Der Benutzer wurde entfernt.
refusal-VERSION_ERASED = Worte jener Fassung wurden gelöscht: sie kann nicht zurückkommen, wie sie war.

# Seiten, die es so nicht gibt oder die nicht geantwortet haben
refusal-API_TOKEN_NOT_FOUND = Dieses API-Token gibt es nicht.
refusal-BAD_REQUEST = Die Anfrage kann nicht gelesen werden.
refusal-BODY_TOO_LARGE = Mehr als { $first } MiB können nicht gesendet werden.
refusal-CEREMONY_OVER = Das wurde schon abgeschlossen, hat zu lange gedauert oder begann in einem anderen Browser. Beginnen Sie noch einmal.
refusal-CODE_NOT_FOUND = Diesen Code gibt es nicht.
refusal-CROSS_SITE = Die Anfrage kam nicht von einer Seite dieses Portals.
refusal-DEVICE_NOT_FOUND = Dieses Gerät gibt es nicht.
refusal-EVENT_NOT_FOUND = Diesen Eintrag gibt es nicht.
refusal-FACTOR_NOT_FOUND = Diesen zweiten Faktor gibt es nicht.
refusal-FORBIDDEN = Ihre Rolle erlaubt das nicht.
refusal-FORM_TOKEN_REQUIRED = Das Formular gehört nicht zu Ihrer Sitzung. Laden Sie die Seite neu, und senden Sie es noch einmal.
refusal-IDENTITY_PROVIDER_NOT_FOUND = Hier ist kein Identitätsanbieter eingerichtet, oder er ist ausgeschaltet.
refusal-INTERNAL = Auf dem Server ist ein Fehler passiert. Nennen Sie dem Betreiber die Nummer der Anfrage.
refusal-INVALID = Etwas an der Anfrage stimmt nicht.
refusal-LINK_OVER = Der Link wurde schon benutzt, ist abgelaufen oder wurde durch einen neueren ersetzt.
refusal-METHOD_NOT_ALLOWED = So kann diese Adresse nicht benutzt werden.
refusal-NOTIFICATION_NOT_FOUND = Diese Nachricht gibt es nicht.
refusal-NOT_FOUND = Unter dieser Adresse ist nichts.
refusal-OUTCOME_UNKNOWN = Die Verbindung zur Datenbank brach beim Speichern ab. Sehen Sie nach, ob die Änderung geschehen ist, bevor Sie sie wiederholen.
refusal-PLAN_NOT_FOUND = Diesen Tarif gibt es nicht.
refusal-PROJECT_NOT_FOUND = Dieses Projekt gibt es nicht.
refusal-PROVIDER_CLIENT_REFUSED = Der Identitätsanbieter erkennt das Portal nicht an. Der Betreiber muss dessen Einrichtung prüfen.
refusal-PROVIDER_UNREACHABLE = Der Identitätsanbieter antwortet nicht. Versuchen Sie es später noch einmal.
refusal-PROVIDER_UNVERIFIABLE = Was der Identitätsanbieter sagt, kann nicht geprüft werden.
refusal-RATE_LIMITED = Zu viele Versuche. Warten Sie, bevor Sie es noch einmal versuchen.
refusal-SESSION_NOT_FOUND = Diese Sitzung gibt es nicht.
refusal-SIGN_IN_DENIED = Der Identitätsanbieter hat Sie nicht angemeldet.
refusal-SIGN_IN_REFUSED = Niemand ist hier unter diesem Namen oder dieser Adresse bekannt.
refusal-STORAGE_FULL = Auf dem Server ist kein Platz mehr. Nichts wurde geändert.
refusal-TENANT_NOT_FOUND = Diesen Mandanten gibt es nicht.
refusal-TIMEOUT = Die Anfrage hat zu lange gedauert.
refusal-UNAUTHENTICATED = Melden Sie sich an.
refusal-UNAVAILABLE = Der Server ist beschäftigt. Nichts wurde geändert; versuchen Sie es noch einmal.
refusal-UNSUPPORTED_MEDIA_TYPE = Was gesendet wurde, ist kein Formular.
refusal-USER_NOT_FOUND = Diesen Benutzer gibt es nicht.
