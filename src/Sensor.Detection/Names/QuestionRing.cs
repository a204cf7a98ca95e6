using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Detection.Names;

/// <summary>
/// The last questions in the order they were asked, found by key. What is kept of a question lies in a ring that is written one place after
/// the other; a small directory of one cache line for four keys says where. A new question takes the place of the oldest.
/// </summary>
internal sealed class QuestionRing
{
    private const int Ways = 4;

    private readonly int _capacity;
    private readonly Place[] _directory;
    private readonly AskedQuestion[] _questions;
    private readonly FirstAnswered[] _answers;
    private long _next = 1;

    /// <summary>A ring of <paramref name="capacity"/> questions, a power of two.</summary>
    public QuestionRing(int capacity)
    {
        _capacity = capacity;
        _directory = new Place[capacity];
        _questions = new AskedQuestion[capacity];
        _answers = new FirstAnswered[capacity];
    }

    /// <summary>Questions that made room for others without having been answered.</summary>
    public long Unanswered { get; private set; }

    /// <summary>The question at a place that <see cref="Find"/> or <see cref="Add"/> returned.</summary>
    public ref AskedQuestion this[int index] => ref _questions[index];

    /// <summary>Its first answer.</summary>
    public ref FirstAnswered FirstAnswerOf(int index) => ref _answers[index];

    /// <summary>The place of the question with this key, or -1.</summary>
    public int Find(ulong key)
    {
        var group = Group(key);
        for (var i = group; i < group + Ways; i++)
        {
            ref readonly var place = ref _directory[i];
            if (place.Key == key)
                return _next - place.Number <= _capacity ? Index(place.Number) : -1;
        }
        return -1;
    }

    /// <summary>A fresh place for this key; the caller fills it. <paramref name="isCopy"/>: the question is kept under another key too.</summary>
    public ref AskedQuestion Add(ulong key, bool isCopy)
    {
        var group = Group(key);
        var taken = group;
        for (var i = group; i < group + Ways; i++)
        {
            if (_directory[i].Key == key)
            {
                taken = i;
                break;
            }
            if (_directory[i].Number < _directory[taken].Number)
                taken = i;
        }
        ref var question = ref _questions[Index(_next)];
        if (_next > _capacity && question.Answers == 0 && !question.IsCopy)
            Unanswered++;
        _directory[taken].Key = key;
        _directory[taken].Number = _next++;
        question.Answers = 0;
        question.Distinct = 0;
        question.TimesAsked = 1;
        question.IsCopy = isCopy;
        return ref question;
    }

    private int Index(long number) => (int)number & (_capacity - 1);

    private int Group(ulong key) => (int)(key >> 40) & (_capacity - Ways);

    private struct Place
    {
        public ulong Key;
        public long Number;
    }
}

/// <summary>A question and how it fared.</summary>
internal struct AskedQuestion
{
    public Sighting At;
    public long LastAskedNs, LastAnswerNs;
    public ulong LastAnswerHash;
    public ushort Answers, Distinct, TimesAsked;
    public bool IsCopy;
}

/// <summary>The first answer to a question.</summary>
internal struct FirstAnswered
{
    public Sighting At;
    public IpAddress Address;
    public ulong AnswerHash;
    public uint Ttl;
    public ushort Flags;
    public byte ResponseCode;
}
