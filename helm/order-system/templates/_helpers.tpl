{{/* What every object's name starts with. 30 characters, so that a service's name still fits into the 63 of a label. */}}
{{- define "order-system.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $both := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $both .Values.fullnameOverride | trunc 30 | trimSuffix "-" -}}
{{- end -}}

{{/* What a Deployment selects by. Frozen: a selector cannot be changed after the first install. */}}
{{- define "order-system.selectorLabels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "order-system.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{ include "order-system.selectorLabels" . }}
app.kubernetes.io/part-of: {{ .root.Chart.Name }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* registry/repository/service:tag, or @digest. */}}
{{- define "order-system.image" -}}
{{- $image := .root.Values.image -}}
{{- with $image.registry }}{{ . }}/{{ end -}}
{{- with $image.repository }}{{ . }}/{{ end -}}
{{ .name }}
{{- with .service.image.digest }}@{{ . }}{{ else }}:{{ coalesce .service.image.tag $image.tag .root.Chart.AppVersion }}{{ end -}}
{{- end -}}

{{- define "order-system.serviceAccountName" -}}
{{- default (ternary .fullname "default" .service.serviceAccount.create) .service.serviceAccount.name -}}
{{- end -}}

{{/* The environment of one service that is no secret: what the chart derives, then config, then the service's own config. */}}
{{- define "order-system.config" -}}
{{- $values := .root.Values -}}
{{- $database := printf "postgresql://%s:%v/%s" $values.postgresql.host $values.postgresql.port $values.postgresql.database -}}
{{- $env := dict
  "QUARKUS_HTTP_HOST" "0.0.0.0"
  "QUARKUS_HTTP_PORT" "8080"
  "QUARKUS_MANAGEMENT_PORT" "9000"
  "QUARKUS_SHUTDOWN_TIMEOUT" (printf "%vS" .service.shutdown.drainSeconds)
  "QUARKUS_DATASOURCE_REACTIVE_URL" $database
  "QUARKUS_DATASOURCE_JDBC_URL" (printf "jdbc:%s" $database)
  "QUARKUS_FLYWAY_MIGRATE_AT_START" (eq $values.migrations.mode "startup" | toString)
  "QUARKUS_OIDC_AUTH_SERVER_URL" $values.oidc.authServerUrl
  "KAFKA_BOOTSTRAP_SERVERS" $values.kafka.bootstrapServers
  "JAVA_TOOL_OPTIONS" .service.javaOptions -}}
{{- with $values.postgresql.poolerHost -}}
{{- $_ := set $env "QUARKUS_DATASOURCE_REACTIVE_URL" (printf "postgresql://%s:%v/%s" . $values.postgresql.poolerPort $values.postgresql.database) -}}
{{- $_ := set $env "DATABASE_POOLER" "true" -}}
{{- end -}}
{{- if $values.postgresql.replicaHosts -}}
{{- $replicas := list -}}
{{- range $values.postgresql.replicaHosts -}}
{{- $replicas = append $replicas (printf "%s:%v" . $values.postgresql.port) -}}
{{- end -}}
{{- $_ := set $env "READS_REPLICAS" (join "," $replicas) -}}
{{- end -}}
{{- range $variable, $peer := .service.peers -}}
{{- $_ := set $env $variable (printf "http://%s-%s:8080" (include "order-system.fullname" $.root) $peer) -}}
{{- end -}}
{{- /* Not merge, for which an empty text says nothing. */ -}}
{{- range $config := list $values.config .service.config -}}
{{- range $variable, $value := $config -}}
{{- $_ := set $env $variable $value -}}
{{- end -}}
{{- end -}}
{{- toYaml $env -}}
{{- end -}}

{{/* Rules of NetworkPolicies. */}}
{{- define "order-system.dnsEgress" -}}
- to:
    {{- toYaml .root.Values.networkPolicy.dns | nindent 4 }}
  ports:
    {{- range .root.Values.networkPolicy.dnsPorts }}
    - port: {{ . }}
      protocol: UDP
    - port: {{ . }}
      protocol: TCP
    {{- end }}
{{- end -}}

{{/* The context: one of networkPolicy.destinations. */}}
{{- define "order-system.egressTo" -}}
- ports:
    {{- range .ports }}
    {{- $range := splitList "-" (toString .) }}
    - port: {{ first $range }}
      {{- with rest $range }}
      endPort: {{ first . }}
      {{- end }}
      protocol: TCP
    {{- end }}
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
