import { hash, verify } from '@node-rs/argon2';

/** argon2id with the parameters of OWASP's first choice for it: 19 MiB, two passes, one lane; about 25 ms. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The hash of a password that nobody has. */
let nobodys: Promise<string> | undefined;

export async function hashPassword(password: string): Promise<string> {
  return await hash(password, PARAMETERS);
}

/** Takes as long for an account that does not exist, so that the time does not tell which addresses have one. */
export async function passwordMatches(password: string, passwordHash: string | undefined): Promise<boolean> {
  nobodys ??= hashPassword('nobody');
  const matches = await verify(passwordHash ?? (await nobodys), password);
  return matches && passwordHash !== undefined;
}
