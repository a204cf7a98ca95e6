using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Detection.Names;

/// <summary>
/// The last questions in the order they were asked, found by key. What is kept of a question lies in a ring that is written one place after
/// the other; a small directory says where: four keys to half a cache line, of which it holds a tag only, so that it stays in cache. A new
/// question takes the place of the oldest.
/// </summary>
internal sealed class QuestionRing
{
    private const int Ways = 4;

    private readonly int _capacity;
    private readonly Place[] _directory;
    private readonly AskedQuestion[] _questions;
    private readonly FirstAnswered[] _answers;
    private uint _next = 1;

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
            var place = _directory[i];
            if (place.Tag == (uint)key && Age(place) <= (uint)_capacity && _questions[Index(place.Number)].Key == key)
                return Index(place.Number);
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
            var place = _directory[i];
            if (place.Tag == (uint)key && (Age(place) > (uint)_capacity || _questions[Index(place.Number)].Key == key))
            {
                taken = i;
                break;
            }
            if (Age(place) > Age(_directory[taken]))
                taken = i;
        }
        ref var question = ref _questions[Index(_next)];
        if (question.Key != 0 && question.Answers == 0 && !question.IsCopy)
            Unanswered++;
        _directory[taken] = new Place { Tag = (uint)key, Number = _next++ };
        question.Key = key;
        question.Answers = 0;
        question.Distinct = 0;
        question.TimesAsked = 1;
        question.IsCopy = isCopy;
        return ref question;
    }

    private int Index(uint number) => (int)number & (_capacity - 1);

    // Questions since this one; right when the numbers have wrapped, too.
    private uint Age(Place place) => _next - place.Number;

    private int Group(ulong key) => (int)(key >> 40) & (_capacity - Ways);

    private struct Place
    {
        public uint Tag, Number;
    }
}

/// <summary>A question and how it fared.</summary>
internal struct AskedQuestion
{
    public ulong Key;
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
