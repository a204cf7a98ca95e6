using Sensor.Detection.Names;

namespace Sensor.Detection.Updates;

/// <summary>A command line that an update runs, as its metadata say.</summary>
public sealed record WsusCommand(string Program, string Arguments)
{
    /// <summary>Program and arguments as they would be typed.</summary>
    public string Shown => Arguments.Length == 0 ? Program : $"{Program} {Arguments}";
}

/// <summary>
/// What a WSUS server's SOAP answer says ([MS-WUSP] section 3.1.4): which answer it is, and of the updates in it the titles, handlers, command
/// lines, files and content addresses. The updates' own XML stands escaped inside the answer's. Bounded; texts are safe to show.
/// </summary>
public sealed class WsusAnswer
{
    /// <summary>Of each kind of fact so many are kept: enough to name what is wrong; and octets of one text.</summary>
    public const int MostOfEach = 64, LongestText = 512;

    /// <summary>XML inside XML: the update's own, and what that may carry.</summary>
    private const int DeepestXml = 3;

    private readonly List<string> _titles = [], _handlers = [], _files = [], _revisions = [], _prerequisites = [];
    private readonly List<string> _addresses = [];
    private readonly List<WsusCommand> _commands = [];
    private Wanted _wanted;

    private enum Wanted : byte
    {
        Nothing,
        Xml,
        Title,
        Address,
        LastChange,
    }

    private WsusAnswer()
    {
    }

    /// <summary>The answer: "GetConfigResponse", "SyncUpdatesResponse", "GetExtendedUpdateInfoResponse" …</summary>
    public string Operation { get; private set; } = "";

    /// <summary>Titles of updates.</summary>
    public IReadOnlyList<string> Titles => _titles;

    /// <summary>Handlers by the last part of their name: "CommandLineInstallation", "Cbs", "WindowsPatch" …</summary>
    public IReadOnlyList<string> Handlers => _handlers;

    /// <summary>Command lines to run.</summary>
    public IReadOnlyList<WsusCommand> Commands => _commands;

    /// <summary>Names of files.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Where files are to be fetched.</summary>
    public IReadOnlyList<string> ContentUrls => _addresses;

    /// <summary>Revision numbers of the updates, in order.</summary>
    public IReadOnlyList<string> Revisions => _revisions;

    /// <summary>Identifiers of updates that must be there before.</summary>
    public IReadOnlyList<string> Prerequisites => _prerequisites;

    /// <summary>When the server says its configuration or an update changed last, as it is written; empty when it says nothing.</summary>
    public string LastChange { get; private set; } = "";

    /// <summary>Facts beyond the bounds.</summary>
    public int NotKept { get; private set; }

    /// <summary>Reads a SOAP answer. False when it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out WsusAnswer answer)
    {
        answer = new WsusAnswer();
        if (body.StartsWith("\uFEFF"u8))
            body = body[3..];
        var scan = new XmlScan(body);
        var isEnvelope = false;
        var isBody = false;
        while (scan.Next() is var token && token != XmlToken.End)
        {
            if (token != XmlToken.Start)
                continue;
            if (isBody)
            {
                answer.Operation = Show(scan.Name);
                answer.Read(body, depth: 0);
                return answer.Operation.EndsWith("Response", StringComparison.Ordinal);
            }
            isBody = isEnvelope && scan.Name.SequenceEqual("Body"u8);
            isEnvelope |= scan.Name.SequenceEqual("Envelope"u8);
            if (!isEnvelope)
                return false;
        }
        return false;
    }

    private void Read(ReadOnlySpan<byte> xml, int depth)
    {
        var scan = new XmlScan(xml);
        while (scan.Next() is var token && token != XmlToken.End)
        {
            if (token == XmlToken.Start)
                TakeElement(in scan);
            else if (token == XmlToken.Text)
                TakeText(in scan, depth);
            if (token != XmlToken.Text)
                _wanted = token == XmlToken.Start && !scan.IsEmpty ? WantedIn(scan.Name) : Wanted.Nothing;
        }
        _wanted = Wanted.Nothing;
    }

    private static Wanted WantedIn(ReadOnlySpan<byte> element) =>
        element.SequenceEqual("Xml"u8) ? Wanted.Xml
        : element.SequenceEqual("Title"u8) ? Wanted.Title
        : element.SequenceEqual("Url"u8) || element.SequenceEqual("MUUrl"u8) || element.SequenceEqual("USSUrl"u8) ? Wanted.Address
        : element.SequenceEqual("LastChangeTime"u8) || element.SequenceEqual("LastChange"u8) ? Wanted.LastChange
        : Wanted.Nothing;

    private void TakeElement(in XmlScan scan)
    {
        var name = scan.Name;
        if (name.SequenceEqual("UpdateIdentity"u8))
        {
            Add(_revisions, scan.Attribute("RevisionNumber"u8));
            Add(_prerequisites, scan.Attribute("UpdateID"u8));
        }
        else if (name.SequenceEqual("ExtendedProperties"u8) || name.SequenceEqual("HandlerSpecificData"u8))
        {
            AddHandler(scan.Attribute("Handler"u8));
            AddHandler(scan.Attribute("type"u8));
            AddHandler(scan.Attribute("xsi:type"u8));
        }
        else if (name.SequenceEqual("File"u8))
        {
            Add(_files, scan.Attribute("FileName"u8));
        }
        else if (name.SequenceEqual("InstallCommand"u8) || name.SequenceEqual("UninstallCommand"u8))
        {
            if (_commands.Count < MostOfEach)
                _commands.Add(new WsusCommand(Show(scan.Attribute("Program"u8)), Show(scan.Attribute("Arguments"u8))));
            else
                NotKept++;
        }
    }

    private void TakeText(in XmlScan scan, int depth)
    {
        switch (_wanted)
        {
            case Wanted.Xml when depth < DeepestXml:
                ReadInner(scan.Text, scan.IsLiteral, depth + 1);
                _wanted = Wanted.Xml;
                break;
            case Wanted.Title:
                Add(_titles, scan.Text);
                break;
            case Wanted.Address:
                Add(_addresses, scan.Text);
                break;
            case Wanted.LastChange when LastChange.Length == 0:
                LastChange = Show(scan.Text);
                break;
        }
    }

    /// <summary>The XML of an update: escaped as text, or in a literal section.</summary>
    private void ReadInner(ReadOnlySpan<byte> text, bool isLiteral, int depth)
    {
        if (isLiteral)
        {
            Read(text, depth);
            return;
        }
        var inner = System.Buffers.ArrayPool<byte>.Shared.Rent(Math.Max(text.Length, 1));
        Read(inner.AsSpan(0, XmlScan.Unescape(text, inner)), depth);
        System.Buffers.ArrayPool<byte>.Shared.Return(inner);
    }

    private void AddHandler(ReadOnlySpan<byte> handler)
    {
        if (!handler.IsEmpty)
            Add(_handlers, handler[(handler.LastIndexOfAny((byte)'/', (byte)':') + 1)..]);
    }

    private void Add(List<string> list, ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
        if (text.IsEmpty)
            return;
        if (list.Count == MostOfEach)
        {
            NotKept++;
            return;
        }
        var shown = Show(text);
        if (!list.Contains(shown) || ReferenceEquals(list, _revisions))
            list.Add(shown);
    }

    private static string Show(ReadOnlySpan<byte> text)
    {
        Span<byte> plain = stackalloc byte[LongestText];
        text = text[..Math.Min(text.Length, LongestText)];
        return WireText.Printable(plain[..XmlScan.Unescape(text, plain)]);
    }
}
