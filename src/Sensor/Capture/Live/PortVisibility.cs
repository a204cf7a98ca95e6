using System.Globalization;

namespace Sensor.Capture.Live;

/// <summary>
/// What an interface has shown of the network, from a sample of its frames (all of them while few come). Judges what a mirror port does not show:
/// only where enough was seen to tell.
/// </summary>
public sealed record PortVisibility
{
    private const int EnoughFlows = 20, EnoughFrames = 1000, EnoughQuestions = 20, EnoughAskedServers = 10, OneInFifty = 50;

    /// <summary>The interface's name.</summary>
    public required string Interface { get; init; }

    /// <summary>Frames.</summary>
    public long Frames { get; init; }

    /// <summary>Frames to groups: multicast and broadcast.</summary>
    public long Group { get; init; }

    /// <summary>Frames from one other host to one other host: only a mirror shows them.</summary>
    public long BetweenOthers { get; init; }

    /// <summary>TCP connections of which at least four segments were looked at.</summary>
    public long Connections { get; init; }

    /// <summary>Those of them that showed both directions.</summary>
    public long TwoWay { get; init; }

    /// <summary>Questions for names to a group: LLMNR, mDNS, NBNS.</summary>
    public long GroupQuestions { get; init; }

    /// <summary>Questions to a DNS server.</summary>
    public long ServerQuestions { get; init; }

    /// <summary>Answers to one host, of any of these.</summary>
    public long UnicastAnswers { get; init; }

    /// <summary>Whether both directions of connections are seen; null when there were too few to tell.</summary>
    public bool? SeesBothDirections => Connections < EnoughFlows ? null : TwoWay * OneInFifty >= Connections;

    /// <summary>Whether multicast and broadcast are seen; null when there were too few frames to tell.</summary>
    public bool? SeesGroups => Group > 0 ? true : Frames < EnoughFrames ? null : false;

    /// <summary>Whether answers to single hosts are seen; null when there was no question that would tell.</summary>
    public bool? SeesAnswers
    {
        get
        {
            if (UnicastAnswers > 0)
                return true;
            // Names nobody has are asked for everywhere and answered by nobody: that alone says nothing while other hosts are seen talking.
            return ServerQuestions >= EnoughAskedServers || (GroupQuestions + ServerQuestions >= EnoughQuestions && BetweenOthers == 0) ? false : null;
        }
    }

    /// <summary>What is known of both directions, in a sentence.</summary>
    public string DirectionSentence => SeesBothDirections switch
    {
        null => $"too few TCP connections to tell whether both directions are mirrored ({Number(Connections)})",
        true => $"both directions of TCP connections are seen ({Number(TwoWay)} of {Number(Connections)})",
        false => $"only one direction of TCP connections is seen ({Number(Connections - TwoWay)} of {Number(Connections)}): "
            + "who answers is invisible, so PAC files, proxies and updates cannot be judged",
    };

    /// <summary>What is known of multicast, in a sentence.</summary>
    public string GroupSentence => SeesGroups switch
    {
        null => $"no multicast or broadcast yet, in too few frames to tell ({Number(Frames)})",
        true => $"multicast and broadcast are seen ({Number(Group)} of {Number(Frames)} frames)",
        false => $"no multicast or broadcast among {Number(Frames)} frames: LLMNR, mDNS, NBNS, DHCP and ARP are invisible",
    };

    /// <summary>What is known of answers, in a sentence.</summary>
    public string AnswerSentence => SeesAnswers switch
    {
        null => $"too few name questions to tell whether answers are mirrored ({Number(GroupQuestions + ServerQuestions)})",
        true => $"answers to name questions are seen ({Number(UnicastAnswers)} to {Number(GroupQuestions + ServerQuestions)} questions)",
        false => $"{Number(GroupQuestions + ServerQuestions)} name questions and never an answer to one host: "
            + (BetweenOthers == 0 ? "this is no mirror port, it shows what goes to everybody" : "the port mirrors one direction only")
            + ", so poisoners stay invisible",
    };

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
