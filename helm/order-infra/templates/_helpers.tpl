{{/* What every object's name starts with. */}}
{{- define "order-infra.fullname" -}}
{{- default .Release.Name .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* The context: root (the chart's own), name (of the part). */}}
{{- define "order-infra.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{ include "order-infra.selectorLabels" . }}
app.kubernetes.io/part-of: order-system
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "order-infra.selectorLabels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "order-infra.storage" -}}
size: {{ .size }}
{{- with .class }}
storageClass: {{ . }}
{{- end }}
{{- end -}}
