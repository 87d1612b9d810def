import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from "amazon-cognito-identity-js";
import type { SignIn } from "../config";
import type { TokenSource } from "./signIn";

/** Sign in with Secure Remote Password; the source refreshes its tokens while the pool allows it. */
export function cognitoTokens(
  { userPoolId, userPoolClientId }: Extract<SignIn, { kind: "cognito" }>,
  email: string,
  password: string,
): Promise<TokenSource> {
  const pool = new CognitoUserPool({ UserPoolId: userPoolId, ClientId: userPoolClientId });
  const user = new CognitoUser({ Username: email, Pool: pool });
  const details = new AuthenticationDetails({ Username: email, Password: password });
  const fresh: TokenSource = () =>
    new Promise((resolve, reject) => {
      user.getSession((error: Error | null, session: CognitoUserSession | null) =>
        session ? resolve(session.getIdToken().getJwtToken()) : reject(error),
      );
    });
  return new Promise((resolve, reject) => {
    user.authenticateUser(details, {
      onSuccess: () => resolve(fresh),
      onFailure: reject,
      newPasswordRequired: () =>
        reject(new Error("Set a new password first: this account was created by an operator.")),
    });
  });
}
