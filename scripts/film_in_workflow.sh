#!/usr/bin/env bash
# What action.yml runs: sets up .venv beside itself, makes the film, tells GitHub its folder and its record.
# Everything comes by the environment, so that no input is ever read as a command.
set -euo pipefail

make --no-print-directory -C "$GITHUB_ACTION_PATH" runtime >&2
out=$(realpath --canonicalize-missing "$FILM_OUT")
wish=(--lang "$FILM_LANGUAGES" --format "$FILM_FORMAT" --profile "$FILM_PROFILE" --out "$out" --json)
if [[ -n $FILM_REF ]]; then wish+=(--ref "$FILM_REF"); fi
if [[ -n $FILM_PUBLISH ]]; then wish+=(--publish "$FILM_PUBLISH"); fi

code=0
record=$("$GITHUB_ACTION_PATH/.venv/bin/reporeel" run "${wish[@]}" -- "$FILM_REPO" | tail --lines=1) || code=$?
job=$(sed -n 's/.*"job_id": *"\([0-9a-f]*\)".*/\1/p' <<<"$record")
{
  printf 'record=%s\n' "$record"
  if [[ -n $job ]]; then printf 'folder=%s\n' "$(find "$out" -type d -name "$job")"; fi
} >>"$GITHUB_OUTPUT"
exit "$code"
