namespace Sensor.Core.Flows;

/// <summary>How much each of the eight shards may remember.</summary>
/// <param name="Flows">Entries of the flow table, 64 octets each: handshakes without data and watched connections (8 MiB in all).</param>
/// <param name="Connections">Watched connections at a time; beyond it the oldest is closed and reported.</param>
/// <param name="StreamOctets">Octets lent to streams: early segments, heads over several segments, kept bodies (32 MiB in all).</param>
public sealed record FlowLimits(int Flows = 16 * 1024, int Connections = 1024, long StreamOctets = 4 << 20);
