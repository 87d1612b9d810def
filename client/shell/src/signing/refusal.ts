import { language } from "@touchline/kit";

const WRONG = "L’e-mail o la password non è giusta, oppure l’accesso è bloccato per ora.";
const TOO_OFTEN = "Troppi tentativi: riprova più tardi.";
/** What to say in Italian for each error of Cognito, by its code. */
const ITALIAN: Record<string, string> = {
  NotAuthorizedException: WRONG,
  UserNotFoundException: WRONG,
  CodeMismatchException: "Il codice non è giusto.",
  EnableSoftwareTokenMFAException: "Il codice non è giusto.",
  ExpiredCodeException: "Il codice è scaduto: accedi di nuovo.",
  InvalidPasswordException: "La nuova password non è abbastanza sicura: sceglila più lunga e più varia.",
  PasswordResetRequiredException: "La password va reimpostata.",
  UserNotConfirmedException: "L’indirizzo e-mail non è ancora confermato.",
  LimitExceededException: TOO_OFTEN,
  TooManyFailedAttemptsException: TOO_OFTEN,
  TooManyRequestsException: TOO_OFTEN,
  NetworkError: "Il servizio di accesso non risponde: riprova.",
};

/** Return why a sign-in was refused: Cognito says it in English, other languages have a sentence for its code. */
export function refusalWords({ code = "", message }: Error & { code?: string }): string {
  if (language() === "en") return message;
  return ITALIAN[code] ?? "L’accesso non è riuscito: riprova.";
}
