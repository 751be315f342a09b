#!/usr/bin/env bash
# Tries the chart on a real cluster, in a namespace of its own: install, upgrade, rollback, uninstall; what each step has to have done is
# looked at in the cluster. At the end, also after a failure, the namespace is told to go with all that is in it.
#
#   helm/verify.sh KUBECONFIG [VALUES]
#
# Without VALUES only objects are looked at: the pods have no images and no database. With a file of values (images, addresses) each step
# also waits until all pods are ready: that file must name a database and brokers of their own, for the services migrate the one and
# read from the others as they would anywhere, and no host that is in use. The secrets that the chart names get random contents, unless
# SECRETS names a namespace to copy them from. HELM and KUBECTL may name the programs; Helm 3.18 or newer.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -f "$1" ] || { [ $# -eq 2 ] && [ ! -f "$2" ]; }; then
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
export KUBECONFIG=$1
values=${2:-}
HELM=${HELM:-helm}
KUBECTL=${KUBECTL:-kubectl}
chart=$(cd "$(dirname "$0")" && pwd)/order-system
release=verify
namespace=order-system-verify-$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
work=$(mktemp -d)

helm() { "$HELM" --namespace "$namespace" "$@"; }
kubectl() { "$KUBECTL" --namespace "$namespace" "$@"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
# What kubectl wrote itself needs no validation.
create() { kubectl create --validate=false --filename - > /dev/null; }
ok() { echo "ok      $*"; }

# Everything is in the namespace, releases as well.
made=
cleanup() {
  rm -rf "$work"
  if [ -n "$made" ]; then
    kubectl delete namespace "$namespace" --wait=false > /dev/null || echo "LEFT BEHIND: namespace $namespace" >&2
  fi
}
trap cleanup EXIT

arguments=()
if [ -n "$values" ]; then
  arguments=(--values "$values")
fi

# Every object of the release's manifest is in the cluster.
present() {
  helm get manifest "$release" > "$work/manifest.yaml"
  kubectl get --filename "$work/manifest.yaml" --output name | sort > "$work/present"
  [ "$(grep -c '^kind:' "$work/manifest.yaml")" -eq "$(wc -l < "$work/present")" ] || fail "$1: objects are missing"
  ok "$1: $(wc -l < "$work/present") objects are there"
}

revision() {
  found=$(helm history "$release" --output json | tr ',' '\n' | grep -c '"revision"')
  [ "$found" -eq "$1" ] || fail "$2: $found revisions instead of $1"
}

# Annotations by which pods are restarted when their configuration changes.
checksums() {
  kubectl get deployments --selector "app.kubernetes.io/instance=$release" --output \
    'jsonpath={range .items[*]}{.metadata.name}{" "}{.spec.template.metadata.annotations.checksum/config}{"\n"}{end}' | sort
}

ready() {
  if [ -n "$values" ]; then
    for deployment in $(kubectl get deployments --selector "app.kubernetes.io/instance=$release" --output name); do
      kubectl rollout status "$deployment" --timeout 10m > /dev/null || fail "$1: $deployment does not become ready"
    done
    ok "$1: all pods are ready"
  fi
}

"$KUBECTL" version > "$work/version" 2>&1 || fail "the cluster does not answer: $(cat "$work/version")"
"$KUBECTL" create namespace "$namespace" --dry-run=client --output yaml | create
made=yes
ok "namespace $namespace"

helm template "$release" "$chart" ${arguments[@]+"${arguments[@]}"} > "$work/rendered.yaml"
# name and key of each secret that a pod takes a variable from
sed -n '/secretKeyRef:/{n;s/.*name: //p;n;s/.*key: //p}' "$work/rendered.yaml" | paste -d' ' - - | sort -u > "$work/secrets"
for secret in $(cut -d' ' -f1 "$work/secrets" | sort -u); do
  if [ -n "${SECRETS:-}" ]; then
    # Not as it is: with its owner, who is not here, it would be collected as garbage.
    "$KUBECTL" --namespace "$SECRETS" get secret "$secret" --output 'go-template={"apiVersion":"v1","kind":"Secret","type":"{{.type}}","metadata":{"name":"{{.metadata.name}}"},"data":{ {{$comma := ""}}{{range $key, $value := .data}}{{$comma}}"{{$key}}":"{{$value}}"{{$comma = ","}}{{end}} }}' |
      create
  else
    literals=()
    for key in $(awk -v s="$secret" '$1 == s { print $2 }' "$work/secrets"); do
      literals+=("--from-literal=$key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')")
    done
    kubectl create secret generic "$secret" "${literals[@]}" --dry-run=client --output yaml | create
  fi
done
ok "$(cut -d' ' -f1 "$work/secrets" | sort -u | wc -l) secrets"

helm install "$release" "$chart" ${arguments[@]+"${arguments[@]}"} > /dev/null
revision 1 install
present install
ready install
checksums > "$work/installed"
cp "$work/manifest.yaml" "$work/first.yaml"

helm upgrade "$release" "$chart" ${arguments[@]+"${arguments[@]}"} --set-string config.VERIFIED_BY=helm/verify.sh > /dev/null
revision 2 upgrade
present upgrade
checksums > "$work/upgraded"
[ "$(join "$work/installed" "$work/upgraded" | awk '$2 == $3' | wc -l)" -eq 0 ] || fail "upgrade: pods keep their old configuration"
ok "upgrade: changed configuration restarts the pods"
ready upgrade

helm rollback "$release" 1 > /dev/null
revision 3 rollback
present rollback
cmp -s "$work/first.yaml" "$work/manifest.yaml" || fail "rollback: not what was installed first"
checksums | cmp -s - "$work/installed" || fail "rollback: pods keep the configuration of the upgrade"
ok "rollback: as it was installed first"
ready rollback

helm uninstall "$release" > /dev/null
# What still has something to end takes a moment.
for second in $(seq "${GONE_WITHIN:-60}"); do
  left=$(kubectl get --filename "$work/manifest.yaml" --ignore-not-found --output name) || fail "uninstall: the cluster does not say what is left"
  [ -n "$left" ] || break
  sleep 1
done
[ -z "$left" ] || fail "uninstall: left after $second s are $left"
ok "uninstall: nothing is left"
# shellcheck disable=SC2046 # a word each
kubectl get secret $(cut -d' ' -f1 "$work/secrets" | sort -u) > /dev/null || fail "uninstall: secrets are gone"
ok "uninstall: the secrets, which are not the chart's, are there"
