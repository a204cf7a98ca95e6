using Jint;

namespace Sensor.PacSandbox;

/// <summary>Thrown through a script that used up what it was given. No script can catch it.</summary>
internal sealed class PacBudgetException : Exception
{
    /// <summary>Says that the budget is used up.</summary>
    public PacBudgetException() : base("the script used up its budget")
    {
    }
}

/// <summary>
/// Counts the steps of a script: statements and calls of the given functions. Steps, unlike time, are the same on every machine and every
/// run, so a verdict that rests on them is too.
/// </summary>
internal sealed class PacBudget : Constraint
{
    /// <summary>Steps of one question, or of loading: an honest file of 5,000 rules needs as many.</summary>
    public const int MostSteps = 500_000;

    /// <summary>Steps of all questions together; then the rest is not asked. A second of work on a slow machine.</summary>
    public const int MostStepsInAll = 3_000_000;

    private int _left = MostSteps;
    private int _leftInAll = MostStepsInAll;

    /// <summary>Whether no further question may be asked.</summary>
    public bool IsSpent => _leftInAll <= 0;

    /// <summary>Whether a question was cut off because the whole, not its own share, was used up.</summary>
    public bool IsCutOff => IsSpent && _left > 0;

    /// <inheritdoc/>
    public override bool IsAmortizable => false;

    /// <summary>The next question begins.</summary>
    public void Renew() => _left = MostSteps;

    /// <inheritdoc/>
    public override void Check()
    {
        if (--_left < 0 || --_leftInAll < 0)
            throw new PacBudgetException();
    }

    /// <summary>
    /// Does nothing: the engine resets its constraints with each call into it, but questions are told apart by <see cref="Renew"/>.
    /// </summary>
    public override void Reset()
    {
    }
}
