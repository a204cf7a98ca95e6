using System.Collections;

namespace Sensor.Detection.Bounds;

/// <summary>
/// A list of one thing, seldom of more: the first lies in the list itself, so that tens of thousands of owners with one each need no further objects.
/// A struct that changes: keep it in a field, and hand it out by reference.
/// </summary>
internal struct ShortList<T> : IReadOnlyList<T>
{
    private T _first;
    private T[]? _others;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The one at <paramref name="index"/>, in the order they were added.</summary>
    public readonly T this[int index] => index == 0 ? _first : _others![index - 1];

    /// <summary>Adds <paramref name="item"/> at the end.</summary>
    public void Add(T item)
    {
        if (Count == 0)
        {
            _first = item;
        }
        else
        {
            _others ??= new T[1];
            if (_others.Length < Count)
                Array.Resize(ref _others, _others.Length * 2);
            _others[Count - 1] = item;
        }
        Count++;
    }

    /// <summary>Whether <paramref name="item"/> is one of them.</summary>
    public readonly bool Contains(T item) => IndexOf(item) >= 0;

    /// <summary>Takes <paramref name="item"/> out if it is one of them; the order of the others stays.</summary>
    public void Remove(T item)
    {
        if (IndexOf(item) is >= 0 and var index)
            RemoveAt(index);
    }

    /// <summary>Takes out the one at <paramref name="index"/>.</summary>
    public void RemoveAt(int index)
    {
        for (Count--; index < Count; index++)
        {
            if (index == 0)
                _first = _others![0];
            else
                _others![index - 1] = _others[index];
        }
    }

    /// <summary>Forgets all; the room for them stays.</summary>
    public void Clear() => Count = 0;

    /// <inheritdoc/>
    public readonly IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    /// <inheritdoc/>
    readonly IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private readonly int IndexOf(T item)
    {
        for (var i = 0; i < Count; i++)
        {
            if (EqualityComparer<T>.Default.Equals(this[i], item))
                return i;
        }
        return -1;
    }
}
