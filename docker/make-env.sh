#!/bin/sh
# Prints the secrets that docker/compose.yaml asks for, new ones each time: sh docker/make-env.sh > docker/.env
set -eu

secret() {
  od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# An Ed25519 private key is 32 random bytes; before them goes the PKCS 8 header that says so (RFC 8410, section 7).
signing_key() {
  {
    printf '\060\056\002\001\000\060\005\006\003\053\145\160\004\042\004\040'
    head -c 32 /dev/urandom
  } | base64
}

for name in POSTGRES_PASSWORD REDIS_PASSWORD MINIO_PASSWORD JWT_SECRET LINK_SECRET SANDBOX_WEBHOOK_SECRET; do
  echo "$name=$(secret)"
done
echo "TICKET_SIGNING_KEY=$(signing_key)"
