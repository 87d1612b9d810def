import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from "amazon-cognito-identity-js";
import type { SignIn } from "../config";
import { MemoryStorage } from "./MemoryStorage";
import type { TokenSource } from "./signIn";

/** What the pool may want besides the password. */
export type Wanted = "newPassword" | "code";
/** Asks the user for what the pool wants besides the password; `secret` is the key to enter in an authenticator. */
export type Ask = (question: { what: Wanted; secret?: string }) => Promise<string>;

/**
 * Sign in with Secure Remote Password; the source refreshes its tokens while the pool allows it.
 *
 * The refresh token stays in this function's closure, where no other module and no later page can read it.
 */
export function cognitoTokens(
  { userPoolId, userPoolClientId }: Extract<SignIn, { kind: "cognito" }>,
  email: string,
  password: string,
  ask: Ask,
): Promise<TokenSource> {
  const memory = new MemoryStorage();
  const pool = new CognitoUserPool({ UserPoolId: userPoolId, ClientId: userPoolClientId, Storage: memory });
  const user = new CognitoUser({ Username: email, Pool: pool, Storage: memory });
  const details = new AuthenticationDetails({ Username: email, Password: password });
  const fresh: TokenSource = () =>
    new Promise((resolve, reject) => {
      user.getSession((error: Error | null, session: CognitoUserSession | null) =>
        session ? resolve(session.getIdToken().getJwtToken()) : reject(error),
      );
    });
  return new Promise((resolve, reject) => {
    const answers = {
      onSuccess: () => resolve(fresh),
      onFailure: reject,
      newPasswordRequired: () =>
        void ask({ what: "newPassword" }).then((chosen) =>
          user.completeNewPasswordChallenge(chosen, {}, answers),
        ),
      mfaSetup: () =>
        user.associateSoftwareToken({
          associateSecretCode: (secret: string) =>
            void ask({ what: "code", secret }).then((code) =>
              user.verifySoftwareToken(code, "Authenticator", answers),
            ),
          onFailure: reject,
        }),
      totpRequired: () =>
        void ask({ what: "code" }).then((code) => user.sendMFACode(code, answers, "SOFTWARE_TOKEN_MFA")),
    };
    user.authenticateUser(details, answers);
  });
}
