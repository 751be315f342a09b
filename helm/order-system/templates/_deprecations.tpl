{{/*
What values had in earlier versions and have elsewhere now. The schema still lets these names through, so that this text is what
whoever upgrades gets to read, and not that the name is unknown.
*/}}
{{- define "order-system.deprecations" -}}
{{- if hasKey .Values.kafka "strimzi" }}
{{- fail "kafka.strimzi was moved: topics and users are made by the chart order-infra (kafka.enabled, for a cluster that is there kafka.existingCluster)" }}
{{- end }}
{{- end -}}
