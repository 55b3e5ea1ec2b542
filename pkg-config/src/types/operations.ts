// How a running system does: figures, health, breakers, logs, events, and the configuration changed while it runs.
// Types only; it must never hold what the constructor alone takes.

import type { SomonModuleError } from "../error.js";

export interface CircuitBreakerState {
  /** The origin of requests, `external:name`, or a key of your own. */
  key: string;
  state: "closed" | "open" | "half-open";
  healthy: boolean;
  /** Within the period. */
  failures: number;
  failureRate: number;
  tripStreak: number;
  trialsInFlight: number;
  forced: boolean;
  totalRequests: number;
  totalSuccesses: number;
  totalFailures: number;
  totalRejected: number;
  trips: number;
  /** While it is open. */
  retryAfterMs?: number;
  /** Milliseconds since 1970. */
  nextRetryTime?: number;
  lastFailureTime?: number;
}

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "off";

/** One log entry; keys that say nothing are absent. */
export interface LogEntry {
  /** ISO 8601 with milliseconds. */
  timestamp?: string;
  level: Exclude<LogLevel, "off">;
  message: string;
  component: string;
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
  requestId?: string;
  operation?: string;
  moduleId?: string;
  /** Milliseconds. */
  loadTime?: number;
  duration?: number;
  result?: "success" | "error" | "aborted";
  error?: { name: string; message: string; code?: string; stack?: string; cause?: unknown };
  metadata?: Record<string, unknown>;
  truncated?: true;
}

/** Milliseconds: count to avg since the last reset, percentiles over the last five minutes. */
export interface LatencyMetrics {
  count: number;
  sum: number;
  min: number;
  max: number;
  avg: number;
  p50: number;
  p95: number;
  p99: number;
  p999: number;
  window: { count: number; min: number; max: number; avg: number };
}

/** `null`: not measurable on this host. */
export interface Metrics {
  totalLoads: number;
  loadErrors: number;
  loadErrorRate: number;
  modulesLoaded: number;
  modulesInCache: number;
  cacheHits: number;
  cacheMisses: number;
  cacheJoins: number;
  cacheRevalidations: number;
  cacheEvictions: number;
  cacheHitRate: number;
  cacheMemoryUsage: number;
  cacheMemoryLimit: number;
  loadLatency: LatencyMetrics;
  cachedLoadLatency: LatencyMetrics;
  operationLatency: LatencyMetrics;
  compileLatency: LatencyMetrics;
  bundleLatency: LatencyMetrics;
  compileErrors: number;
  bundleErrors: number;
  circuitBreakerTrips: number;
  breakerRejections: number;
  retries: number;
  timeouts: number;
  aborts: number;
  staleServed: number;
  bytesFetched: number;
  inflight: number;
  requestCount: number;
  errorRate: number;
  recentErrorRate: number;
  recentRequests: number;
  /** Milliseconds. */
  uptime: number;
  memory: {
    linearBytes: number | null;
    liveBytes: number | null;
    peakLiveBytes: number | null;
    limitBytes: number;
    cacheBytes: number;
    jsHeapUsed: number | null;
  };
  eventLoop: { lag: LatencyMetrics | null; busyRatio: number | null; longestTaskMs: number | null };
  cpuUsage: number | null;
  droppedSamples: number;
  instanceId: string;
  scope: "instance";
  host: string;
  resetAt: string | null;
}

export interface HealthCheck {
  name: string;
  status: "pass" | "warn" | "fail";
  message: string;
  /** Milliseconds. */
  duration: number;
  timestamp: number;
  observed?: number;
  limit?: number;
}

export interface Health {
  status: "healthy" | "degraded" | "unhealthy";
  /** Milliseconds. */
  uptime: number;
  version: string;
  timestamp: number;
  instanceId: string;
  checks: HealthCheck[];
}

/** What may be changed while a system runs: docs/configuration.md says what each does. */
export interface RuntimeConfig {
  maxCacheSize: number;
  maxCacheMemory: number;
  circularDependencyStrategy: "error" | "warn" | "ignore";
  enableTracing: boolean;
  logLevel: LogLevel;
  enableMetrics: boolean;
  circuitBreakerEnabled: boolean;
  failureThreshold: number;
  recoveryTimeout: number;
  monitoringPeriod: number;
  maxBackoffTime: number;
  halfOpenMaxCalls: number;
  successThreshold: number;
  healthCheckInterval: number;
  enableHealthEndpoint: boolean;
  enableMetricsEndpoint: boolean;
  managementPort: 0;
  fetchTimeout: number;
  operationTimeout: number;
  concurrency: number;
  maxRetries: number;
  defaultTtlMs: number;
  staleIfErrorMs: number;
  "health.memoryWarn": number;
  "health.memoryFail": number;
  "health.lagWarnMs": number;
  "health.lagFailMs": number;
  "health.errorWarn": number;
  "health.errorFail": number;
  "health.minRequests": number;
}

export interface HealthThresholds {
  memoryWarn?: number;
  memoryFail?: number;
  lagWarnMs?: number;
  lagFailMs?: number;
  errorWarn?: number;
  errorFail?: number;
  minRequests?: number;
}

/** Keys of `health` may also be nested. */
export type RuntimeConfigPatch = Partial<RuntimeConfig> & { health?: HealthThresholds };

export type ConfigListener = (value: unknown, old: unknown, key: string) => void;

/** What `on` tells, by event. */
export interface SystemEvents {
  load: { id: string; outcome: "hit" | "revalidated" | "joined" | "fetched"; duration: number };
  error: SomonModuleError;
  warning: { message: string; id?: string };
  cycle: { path: string };
  breaker: { key: string; from: string; to: string };
  evict: { id: string; reason: string };
  change: { type: "change" | "remove" | "add"; url: string };
  config: { version: number; changed: string[] };
  health: { status: Health["status"]; previous: Health["status"] };
}
