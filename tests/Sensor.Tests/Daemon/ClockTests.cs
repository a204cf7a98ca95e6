using Sensor.Core.Frames;
using Sensor.Tests.Store;

namespace Sensor.Tests.Daemon;

/// <summary>The machine's clock is set while the daemon captures: frames bear the new times from then on, in whichever direction.</summary>
public sealed class ClockTests
{
    private const long NoonNs = 1_795_608_000_000_000_000, HourNs = 3_600_000_000_000, SecondNs = 1_000_000_000;

    [Theory]
    [InlineData(-HourNs)]
    [InlineData(-26 * HourNs)]
    [InlineData(HourNs)]
    public void Attacks_after_the_clock_was_set_are_told_and_known_ones_not_again(long step)
    {
        var world = new StoredWorld();
        var frames = new List<(FrameRecord Record, byte[] Octets)>();
        Add(1, NoonNs);
        Add(2, NoonNs + SecondNs);
        Add(3, NoonNs + step);
        Add(1, NoonNs + step + SecondNs);
        Add(4, NoonNs + step + (2 * SecondNs));
        world.Play(frames);
        Assert.Equal([1, 2, 3, 4], world.Alerts.Select(static alert => alert.Finding.Suspect.Addresses[0].ToString()).Select(static address => int.Parse(address.Split('.')[3], System.Globalization.CultureInfo.InvariantCulture)));

        void Add(int attacker, long atNs)
        {
            foreach (var octets in NameAttack.Frames(attacker))
            {
                frames.Add((new FrameRecord
                {
                    TimestampNs = atNs++,
                    Number = frames.Count + 1,
                    LinkType = 1,
                    CapturedLength = octets.Length,
                    OriginalLength = octets.Length,
                }, octets));
            }
        }
    }
}
