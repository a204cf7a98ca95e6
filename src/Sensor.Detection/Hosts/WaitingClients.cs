using System.Runtime.CompilerServices;
using Sensor.Detection.Bounds;

namespace Sensor.Detection.Hosts;

/// <summary>
/// DHCP clients that nothing else is known of yet, with the names they gave themselves: they become hosts when they send with an address, get one, or
/// somebody asks for them. So a flood of made-up clients cannot push real hosts out of the host table.
/// </summary>
internal sealed class WaitingClients
{
    /// <summary>Clients between their question and their lease: a whole site that is switched on at once. The one silent for longest makes room.</summary>
    public const int Capacity = 4096;

    private readonly RecentTable<ulong, Client> _clients = new(Capacity);

    /// <summary>Asks for what <see cref="Note"/> will need first.</summary>
    public void Prefetch(ulong macKey) => _clients.Prefetch(macKey);

    /// <summary>Notes that the MAC (with its segment) asked for a lease, calling itself <paramref name="name"/> (may be empty).</summary>
    public void Note(ulong macKey, ReadOnlySpan<byte> name)
    {
        ref var client = ref _clients.GetOrAdd(macKey, out _);
        client.IsWaiting = true;
        if (name.IsEmpty)
            return;
        client.Length = (byte)Math.Min(name.Length, NameRoom.Octets);
        name[..client.Length].CopyTo(client.Name);
    }

    /// <summary>Whether the MAC waits; if so it does no longer, and <paramref name="name"/> (63 octets of room) begins with its name.</summary>
    public bool TryTake(ulong macKey, Span<byte> name, out int length)
    {
        length = 0;
        if (!_clients.Contains(macKey))
            return false;
        ref var client = ref _clients.GetOrAdd(macKey, out _);
        if (!client.IsWaiting)
            return false;
        length = client.Length;
        client.Name[..length].CopyTo(name);
        client.IsWaiting = false;
        return true;
    }

    private struct Client
    {
        public bool IsWaiting;
        public byte Length;
        public NameRoom Name;
    }

    /// <summary>A DNS label: longer names are cut, which no honest client sends.</summary>
    [InlineArray(Octets)]
    internal struct NameRoom
    {
        public const int Octets = 63;
        private byte _octet;
    }
}
