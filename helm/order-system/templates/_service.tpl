{{/*
Every object of one service. The context: root (the chart's own), name, fullname, service (defaults with the service's own values over them).
What keeps a pod safe is written here and not in values, so that nobody turns it off by accident.
*/}}
{{- define "order-system.service" -}}
{{- $service := .service }}
{{- $labels := include "order-system.labels" . }}
{{- $selector := include "order-system.selectorLabels" . }}
{{- $config := include "order-system.config" . }}
{{- $scaled := or $service.autoscaling.enabled $service.keda.enabled }}
{{- if and $service.autoscaling.enabled $service.keda.enabled }}
{{- fail (printf "%s: autoscaling.enabled and keda.enabled: two owners of one number of pods" .name) }}
{{- end }}
{{- range $scaler := list $service.autoscaling $service.keda }}
{{- if gt (int $scaler.minReplicas) (int $scaler.maxReplicas) }}
{{- fail (printf "%s: minReplicas %v is more than maxReplicas %v" $.name $scaler.minReplicas $scaler.maxReplicas) }}
{{- end }}
{{- end }}
{{- if $service.serviceAccount.create }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "order-system.serviceAccountName" . }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
  {{- with $service.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .fullname }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
data:
  {{- $config | nindent 2 }}
---
# The management port is left out: it is for the kubelet and for scraping pods, not for callers.
apiVersion: v1
kind: Service
metadata:
  name: {{ .fullname }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  type: ClusterIP
  selector:
    {{- $selector | nindent 4 }}
  ports:
    - name: http
      port: 8080
      targetPort: http
      protocol: TCP
      appProtocol: http
{{- if .root.Values.serviceMonitor.enabled }}
---
# By which the ServiceMonitor finds the pods' management ports. It has no address of its own, so that nobody is led there.
apiVersion: v1
kind: Service
metadata:
  name: {{ .fullname }}-metrics
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
    order-system/serves: metrics
spec:
  type: ClusterIP
  clusterIP: None
  # One that is not ready is watched all the more.
  publishNotReadyAddresses: true
  selector:
    {{- $selector | nindent 4 }}
  ports:
    - name: management
      port: 9000
      targetPort: management
      protocol: TCP
{{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .fullname }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  {{- if not $scaled }}
  replicas: {{ $service.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  # Pods wait for the Job that migrates, which is no failure of theirs.
  progressDeadlineSeconds: {{ add .root.Values.migrations.activeDeadlineSeconds 300 }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      {{- $selector | nindent 6 }}
  template:
    metadata:
      labels:
        {{- $selector | nindent 8 }}
        app.kubernetes.io/part-of: {{ .root.Chart.Name }}
        {{- with .root.Values.commonLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        # A changed ConfigMap restarts the pods: they read it only when they start.
        checksum/config: {{ $config | sha256sum }}
        {{- with $service.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "order-system.serviceAccountName" . }}
      automountServiceAccountToken: false
      # The variables that Kubernetes would add for each Service look like configuration of ours.
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ add $service.shutdown.preStopSleepSeconds $service.shutdown.drainSeconds $service.shutdown.marginSeconds }}
      {{- with .root.Values.image.pullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $service.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        {{- with $service.runAsUser }}
        runAsUser: {{ int64 . }}
        {{- end }}
        seccompProfile:
          type: RuntimeDefault
      {{- with $service.topologySpread }}
      topologySpreadConstraints:
        {{- range . }}
        - maxSkew: {{ .maxSkew }}
          topologyKey: {{ .topologyKey }}
          whenUnsatisfiable: {{ .whenUnsatisfiable }}
          labelSelector:
            matchLabels:
              {{- $selector | nindent 14 }}
          # Old pods of a rollout do not count, or the new ones would lean to one side once they are gone.
          matchLabelKeys: [pod-template-hash]
          # A zone that is away has no pods and takes none: it must not keep the others from taking more.
          nodeTaintsPolicy: Honor
        {{- end }}
      {{- end }}
      {{- with $service.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $service.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: service
          image: {{ include "order-system.image" . | quote }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          ports:
            - name: http
              containerPort: 8080
              protocol: TCP
            - name: management
              containerPort: 9000
              protocol: TCP
          envFrom:
            - configMapRef:
                name: {{ .fullname }}
          env:
            # Names this pod to Kafka and in logs.
            - name: SERVICE_INSTANCE
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
            {{- range $variable, $secret := $service.secrets }}
            - name: {{ $variable }}
              valueFrom:
                secretKeyRef:
                  name: {{ $secret.existingSecret }}
                  key: {{ $secret.key }}
            {{- end }}
          startupProbe:
            httpGet:
              path: /q/health/started
              port: management
            {{- toYaml $service.probes.startup | nindent 12 }}
          livenessProbe:
            httpGet:
              path: /q/health/live
              port: management
            {{- toYaml $service.probes.liveness | nindent 12 }}
          readinessProbe:
            httpGet:
              path: /q/health/ready
              port: management
            {{- toYaml $service.probes.readiness | nindent 12 }}
          lifecycle:
            preStop:
              sleep:
                seconds: {{ $service.shutdown.preStopSleepSeconds }}
          resources:
            {{- toYaml $service.resources | nindent 12 }}
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
{{- if $service.autoscaling.enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ .fullname }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ .fullname }}
  minReplicas: {{ $service.autoscaling.minReplicas }}
  maxReplicas: {{ $service.autoscaling.maxReplicas }}
  metrics:
    # Of the service's container, so that an injected sidecar does not count.
    - type: ContainerResource
      containerResource:
        name: cpu
        container: service
        target:
          type: Utilization
          averageUtilization: {{ $service.autoscaling.targetCPUUtilizationPercentage }}
  behavior:
    scaleUp:
      stabilizationWindowSeconds: {{ $service.autoscaling.scaleUpStabilizationSeconds }}
      policies:
        - type: Percent
          value: 100
          periodSeconds: 60
    scaleDown:
      stabilizationWindowSeconds: {{ $service.autoscaling.scaleDownStabilizationSeconds }}
      policies:
        - type: Pods
          value: 1
          periodSeconds: 60
{{- end }}
{{- if $service.keda.enabled }}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: {{ .fullname }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ .fullname }}
  minReplicaCount: {{ $service.keda.minReplicas }}
  maxReplicaCount: {{ $service.keda.maxReplicas }}
  pollingInterval: {{ $service.keda.pollingIntervalSeconds }}
  # While Kafka cannot be asked, as many as there are: brokers that restart are no reason to go.
  fallback:
    failureThreshold: 3
    replicas: {{ $service.keda.minReplicas }}
    behavior: currentReplicasIfHigher
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        scaleDown:
          stabilizationWindowSeconds: {{ $service.keda.scaleDownStabilizationSeconds }}
          policies:
            - type: Pods
              value: 1
              periodSeconds: 60
  triggers:
    {{- $name := .name }}
    {{- $keda := $service.keda }}
    {{- $kafka := .root.Values.kafka }}
    {{- range $topic := (.root.Files.Get "files/topics.yaml" | fromYaml).topics }}
    {{- range $reader, $group := $topic.groups }}
    {{- if eq $reader $name }}
    - type: kafka
      metadata:
        bootstrapServers: {{ $kafka.bootstrapServers | quote }}
        consumerGroup: {{ $group }}
        topic: {{ $topic.name }}
        lagThreshold: {{ $keda.lagThreshold | quote }}
        offsetResetPolicy: earliest
        # A partition whose consumer waits for its database is not emptied by more pods.
        excludePersistentLag: "true"
      {{- with $keda.authenticationRef }}
      authenticationRef:
        name: {{ . }}
      {{- end }}
    {{- end }}
    {{- end }}
    {{- end }}
    - type: cpu
      metricType: Utilization
      metadata:
        value: {{ $keda.targetCPUUtilizationPercentage | quote }}
        containerName: service
{{- end }}
{{- if .root.Values.networkPolicy.enabled }}
{{- $policy := .root.Values.networkPolicy }}
---
# Everything that is not listed is refused.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .fullname }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- $selector | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        {{- with $policy.callers }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- $root := .root }}
        {{- $self := .name }}
        {{- range $other, $own := .root.Values.services }}
        {{- if and $own.enabled (has $self (values $own.peers)) }}
        - podSelector:
            matchLabels:
              {{- include "order-system.selectorLabels" (dict "root" $root "name" $other) | nindent 14 }}
        {{- end }}
        {{- end }}
      ports:
        - port: 8080
          protocol: TCP
    {{- with $policy.scrapers }}
    - from:
        {{- toYaml . | nindent 8 }}
      ports:
        - port: 9000
          protocol: TCP
    {{- end }}
  egress:
    {{- include "order-system.dnsEgress" . | nindent 4 }}
    {{- range $peer := uniq (values $service.peers) }}
    - to:
        - podSelector:
            matchLabels:
              {{- include "order-system.selectorLabels" (dict "root" $root "name" $peer) | nindent 14 }}
      ports:
        - port: 8080
          protocol: TCP
    {{- end }}
    {{- range $service.reaches }}
    {{- $destination := get $policy.destinations . }}
    {{- if not $destination }}
    {{- fail (printf "%s reaches %s, which is no destination of networkPolicy" $self .) }}
    {{- end }}
    {{- include "order-system.egressTo" $destination | nindent 4 }}
    {{- end }}
{{- end }}
{{- if $service.podDisruptionBudget.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .fullname }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  maxUnavailable: {{ $service.podDisruptionBudget.maxUnavailable }}
  # A pod that is broken anyway must not keep a node from being drained.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- $selector | nindent 6 }}
{{- end }}
{{- end -}}
