using Sensor.Detection.Incidents;
using Sensor.Output.Delivery;

namespace Sensor.Store;

/// <summary>What the store has to say about itself: a line for the log, and operational events, each told when it begins and when it is over.</summary>
internal sealed class StoreReports(string path, TimeProvider clock)
{
    /// <summary>The store cannot be written.</summary>
    public const string Full = "store-full";

    /// <summary>The store was damaged and replaced.</summary>
    public const string Damaged = "store-damaged";

    /// <summary>Messages that nobody took were removed.</summary>
    public const string Dropped = "messages-dropped";

    private readonly HashSet<string> _lasting = [];

    /// <summary>Lines for the log.</summary>
    public Action<string>? Said { get; set; }

    /// <summary>Operational events. Called on the store's own thread.</summary>
    public Action<OperationalEvent>? Told { get; set; }

    /// <summary>Says a line.</summary>
    public void Say(string line) => Said?.Invoke(line);

    /// <summary>A condition holds; told once until it is over.</summary>
    public void Began(string id, string summary)
    {
        if (_lasting.Add(id))
            Tell(id, summary, isOver: false);
    }

    /// <summary>A condition holds no longer.</summary>
    public void Over(string id)
    {
        if (_lasting.Remove(id))
            Tell(id, "the store is written again; nothing that waited in memory was lost unless counted", isOver: true);
    }

    /// <summary>Something happened that does not last.</summary>
    public void Happened(string id, string summary) => Tell(id, summary, isOver: false);

    private void Tell(string id, string summary, bool isOver)
    {
        Say($"{path}: {summary}");
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        var next = id switch
        {
            Full => "Free space on the store's file system, or lower Store:MaxSize.",
            Dropped => "See why the target takes nothing, or remove it from the configuration.",
            _ => "Look at the disk; the damaged file lies beside the store.",
        };
        Told?.Invoke(new OperationalEvent(id, path, isOver ? Severity.Info : Severity.High, isOver, now, summary, next));
    }
}
