// Why the panel itself did not do something, in German; in English it says so itself. Loaded with the set-up sheets.
import type { Language } from "../lib/format";

const german: Record<string, string> = {
  wrong_code: "Das ist nicht der Code: bitte noch einmal nachsehen.",
  no_window: "Gerade gilt kein Code: bitte einen neuen anfordern.",
  slow: "Zu viele Versuche: bitte eine Minute warten.",
  full: "Es sind schon zu viele: bitte zuerst etwas entfernen, was nicht mehr gebraucht wird.",
  unpaired: "Dieses Handy ist nicht gekoppelt.",
  right: "Dieses Handy darf das nicht; ein Admin kann es unter Handys erlauben.",
  not_yours: "Dieses Handy darf nicht für diese Person fragen; ein Admin kann es unter Handys erlauben.",
  notes_off: "Notizen werden hier nicht aufgehoben: ein Admin hat sie unter Personen abgeschaltet.",
  session_not_reached: "Das Kissen dieser Sitzung ist nicht zu fragen: einschalten und noch einmal versuchen.",
  unknown_person: "Diese Person gibt es nicht mehr.",
  unknown_phone: "Dieses Handy ist nicht mehr gekoppelt.",
  foreign: "Diese Datei ist keine Sicherung von Poultice: bitte eine nehmen, die hier gespeichert wurde.",
  damaged: "Die Sicherung ist beschädigt: nichts wurde geändert. Bitte eine ältere versuchen.",
  newer: "Diese Sicherung enthält, was diese Version nicht kennt: bitte zuerst Poultice erneuern.",
  too_large: "Diese Datei ist zu groß.",
  busy: "Die Sitzung dieser Person läuft noch: bitte zuerst stoppen.",
  too_wide: "Das ist weiter, als das Kissen erlaubt: bitte enger einstellen.",
  not_reached: "Ein Kissen ist nicht zu erreichen: bitte einschalten und noch einmal versuchen. Erst dann ist die Person vergessen.",
  no_calibration: "Es wurde noch nichts gemessen: bitte die Kalibrierung starten.",
  invalid: "Das passt so nicht: bitte die Eingabe prüfen.",
};

export const panelProblem = (language: Language, code: string, text: string): string =>
  (language === "de" && german[code]) || text;
