{{/*
What brings the schema of one service to what its image needs: the image itself, which ends when that is done. No hook: hooks run before
the accounts and secrets that they need are there. Instead the pods wait until the schema is as they need it.
*/}}
{{- define "order-system.migration" -}}
{{- $component := printf "%s-schema" .name }}
{{- $labels := include "order-system.labels" (dict "root" .root "name" $component) }}
{{- $selector := include "order-system.selectorLabels" (dict "root" .root "name" $component) }}
{{- $template := include "order-system.migrationPod" . }}
---
apiVersion: batch/v1
kind: Job
metadata:
  # By what it runs: what a Job runs cannot be changed, and what has not changed is not run again.
  name: {{ printf "%s-schema-%s" (.fullname | trunc 46 | trimSuffix "-") ($template | sha256sum | trunc 8) }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  backoffLimit: {{ .root.Values.migrations.backoffLimit }}
  activeDeadlineSeconds: {{ .root.Values.migrations.activeDeadlineSeconds }}
  template:
    metadata:
      labels:
        {{- $selector | nindent 8 }}
    spec:
      {{- $template | nindent 6 }}
{{- if .root.Values.networkPolicy.enabled }}
---
# The database and nothing else.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .fullname }}-schema
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- $selector | nindent 6 }}
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "order-system.dnsEgress" . | nindent 4 }}
    {{- include "order-system.egressTo" .root.Values.networkPolicy.destinations.postgresql | nindent 4 }}
{{- end }}
{{- end -}}

{{- define "order-system.migrationPod" -}}
{{- $service := .service -}}
restartPolicy: Never
serviceAccountName: {{ include "order-system.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  {{- with $service.runAsUser }}
  runAsUser: {{ int64 . }}
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
{{- with $service.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $service.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: migrate
    image: {{ include "order-system.image" . | quote }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    envFrom:
      - configMapRef:
          name: {{ .fullname }}
    env:
      # Said here, too, so that another database is migrated by another Job.
      - name: QUARKUS_DATASOURCE_JDBC_URL
        value: {{ (include "order-system.config" . | fromYaml).QUARKUS_DATASOURCE_JDBC_URL | quote }}
      {{- with .root.Values.migrations.run }}
      - name: MIGRATIONS_RUN
        value: {{ . | quote }}
      {{- end }}
      - name: QUARKUS_FLYWAY_MIGRATE_AT_START
        value: "true"
      - name: QUARKUS_INIT_AND_EXIT
        value: "true"
      # Nobody calls it, and it may not reach who signs tokens.
      - name: QUARKUS_OIDC_TENANT_ENABLED
        value: "false"
      {{- range $variable, $secret := $service.secrets }}
      - name: {{ $variable }}
        valueFrom:
          secretKeyRef:
            name: {{ $secret.existingSecret }}
            key: {{ $secret.key }}
      {{- end }}
    resources:
      {{- toYaml $service.resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    volumeMounts:
      - name: tmp
        mountPath: /tmp
      {{- if $service.caCertificates.existingSecret }}
      - name: ca-certificates
        mountPath: /etc/order-system/ca
        readOnly: true
      {{- end }}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: {{ $service.tmpSizeLimit }}
  {{- with $service.caCertificates }}
  {{- if .existingSecret }}
  - name: ca-certificates
    secret:
      secretName: {{ .existingSecret }}
      items:
        - key: {{ .key }}
          path: ca.crt
  {{- end }}
  {{- end }}
{{- end -}}
