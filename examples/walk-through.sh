#!/bin/sh
# A whole experiment with curl alone: register a folder, submit, follow, fetch the report; then submit another and cancel it.
#   examples/walk-through.sh http://127.0.0.1:4000 path/to/voc-or-coco-folder
set -eu
url=$1
folder=$2
json='content-type: application/json'

# The value of a string field in one line of JSON.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }

echo "1. register a data set"
dataset=$(curl -sf -X POST "$url/v1/datasets" -H "$json" -d '{"name":"walk-through","upload":true}' | tr ',' '\n' | field id)
echo "   $dataset"

echo "2. get a URL for each file, upload, and say that all are there"
cd "$folder"
find . -type f ! -name '.*' | sed 's|^\./||' | split -l 500 - "${TMPDIR:-/tmp}/assay-files-$$."
for batch in "${TMPDIR:-/tmp}/assay-files-$$."*; do
  files=$(while read -r path; do printf '{"path":"%s","bytes":%s},' "$path" "$(wc -c <"$path" | tr -d ' ')"; done <"$batch")
  curl -sf -X POST "$url/v1/datasets/$dataset/uploads" -H "$json" -d "{\"files\":[${files%,}]}" |
    sed -e 's/},{/}\n{/g' -e '$a\' |
    sed -n 's/.*"path":"\([^"]*\)".*"url":"\([^"]*\)".*/\1 \2/p' |
    while read -r path target; do curl -sf -T "$path" "$target"; done
  rm "$batch"
done
curl -sf -X POST "$url/v1/datasets/$dataset/complete" -o /dev/null
until curl -sf "$url/v1/datasets/$dataset" | grep -q '"state":"ready"'; do
  if curl -sf "$url/v1/datasets/$dataset" | grep -q '"state":"rejected"'; then
    curl -sf "$url/v1/datasets/$dataset"
    exit 1
  fi
  sleep 1
done
echo "   ready"

spec() {
  printf '{"name":"%s","dataset":"%s","approaches":[{"id":"type-1","recipe":"sagemaker-object-detection","hyperparameters":{"epochs":%s,"mini_batch_size":8}}]}' "$1" "$dataset" "$2"
}

echo "3. submit an experiment"
experiment=$(curl -sf -X POST "$url/v1/experiments" -H "$json" -H "Idempotency-Key: walk-through-$dataset" -d "$(spec walk-through 2)" | tr ',' '\n' | field id)
echo "   $experiment"

echo "4. follow it: server-sent events, until the experiment has ended"
curl -sfN "$url/v1/experiments/$experiment/events" | sed -n 's/^data: .*"type":"\([a-z]*\)".*/   \1/p' | uniq -c
curl -sf "$url/v1/experiments/$experiment" | tr ',' '\n' | grep -m 1 '"state"'

echo "5. fetch the report as JSON and as HTML"
curl -sf "$url/v1/experiments/$experiment/report" -H 'accept: application/json' | tr ',' '\n' | grep -m 1 '"schemaVersion"'
curl -sf "$url/v1/experiments/$experiment/report" -H 'accept: text/html' | head -c 15
echo

echo "6. submit another and cancel it"
other=$(curl -sf -X POST "$url/v1/experiments" -H "$json" -d "$(spec canceled 500)" | tr ',' '\n' | field id)
curl -sf -X POST "$url/v1/experiments/$other/cancel" -o /dev/null
until curl -sf "$url/v1/experiments/$other" | grep -q '"remaining":'; do sleep 1; done
echo "   canceled, and nothing remains:"
curl -sf "$url/v1/experiments/$other" | grep -o '"remaining":\[[^]]*\]'
