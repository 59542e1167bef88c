// Where a person's data lies and how to be rid of it, in both languages: loaded with history.
import type { Language } from "../lib/format";

const english = {
  "title": "Where this is kept, and how to delete it",
  "where": "In your house only: in the panel’s database (sessions, curves, pain scores, notes) and, for 400 days, in the records of the controller that the pad is plugged into. Nothing is sent anywhere else.",
  "who": "A phone sees the persons that it is allowed for; an admin’s phone sees everybody’s.",
  "notes": "A note that you write after a session stands in the panel’s database alone; one that you say during a session also in the controller’s record of it.",
  "notes.off": "Notes are switched off in this house: no new ones are kept.",
  "one": "One session: open it, and delete it at its end. It is erased at the controller and here.",
  "all": "Everything of a person: menu, What helped, “Forget my records”; an admin can forget a person altogether under Persons.",
  "copies": "What was saved as a file before, a backup, a CSV or a report, is not touched: it is yours to delete.",
  "delete": "Delete this session …",
  "sure": "Delete this session, with its curve, scores and notes, for good?",
  "yes": "Delete it",
  "no": "Keep it",
  "failed": "It was not deleted. Is its pad’s controller switched on? Then try again.",
  "switch": "Keep notes about sessions",
  "switch.why": "Off: nobody in the house is asked for notes, and none are taken. Those that are there stay until they are deleted.",
};

export type KeepingKey = keyof typeof english;

const german: Record<KeepingKey, string> = {
  "title": "Wo das liegt, und wie man es löscht",
  "where": "Nur in deinem Haus: in der Datenbank des Panels (Sitzungen, Kurven, Schmerzwerte, Notizen) und 400 Tage lang in den Aufzeichnungen des Controllers, an dem das Kissen steckt. Nichts wird anderswohin gesendet.",
  "who": "Ein Handy sieht die Personen, für die es erlaubt ist; das eines Admins sieht die von allen.",
  "notes": "Eine Notiz nach der Sitzung steht allein in der Datenbank des Panels; eine während der Sitzung auch in deren Aufzeichnung beim Controller.",
  "notes.off": "Notizen sind in diesem Haus abgeschaltet: neue werden nicht aufgehoben.",
  "one": "Eine Sitzung: öffnen und an ihrem Ende löschen. Sie wird beim Controller und hier gelöscht.",
  "all": "Alles von einer Person: Menü, Was geholfen hat, „Meine Aufzeichnungen vergessen“; ein Admin kann unter Personen eine Person ganz vergessen.",
  "copies": "Was vorher als Datei gesichert wurde, eine Sicherung, CSV oder ein Bericht, bleibt davon unberührt: das löschst du selbst.",
  "delete": "Diese Sitzung löschen …",
  "sure": "Diese Sitzung mit Kurve, Schmerzwerten und Notizen endgültig löschen?",
  "yes": "Löschen",
  "no": "Behalten",
  "failed": "Sie wurde nicht gelöscht. Ist der Controller ihres Kissens eingeschaltet? Dann noch einmal versuchen.",
  "switch": "Notizen zu Sitzungen aufheben",
  "switch.why": "Aus: niemand im Haus wird nach Notizen gefragt, und keine wird angenommen. Die da sind, bleiben, bis sie gelöscht werden.",
};

export const keepingWord = (language: Language, key: KeepingKey): string => (language === "de" ? german : english)[key];
