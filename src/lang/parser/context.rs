//! What surrounds the place being read, as far as the grammar asks. Copied and restored, never a stack:
//! one number, because it is copied for every block.

#[derive(Clone, Copy, Debug)]
pub(super) struct Context(u16);

impl Context {
    /// `бозгашт` may stand here.
    pub(super) const IN_FUNCTION: Context = Context(1);
    /// `интизор` may stand here: an asynchronous function, or the top level of the module.
    pub(super) const ALLOWS_AWAIT: Context = Context(1 << 1);
    pub(super) const IN_LOOP: Context = Context(1 << 2);
    pub(super) const IN_SWITCH: Context = Context(1 << 3);
    /// Directly among the cases of a switch, where a case ends the statements.
    pub(super) const IN_CASES: Context = Context(1 << 4);
    /// `супер(...)` may stand here.
    pub(super) const ALLOWS_SUPER_CALL: Context = Context(1 << 5);
    /// `супер.х` may stand here.
    pub(super) const ALLOWS_SUPER_MEMBER: Context = Context(1 << 6);
    /// `ворид` and `содир` may stand here.
    pub(super) const AT_TOP_LEVEL: Context = Context(1 << 7);
    /// Directly in a namespace, where `содир` marks members.
    pub(super) const IN_NAMESPACE: Context = Context(1 << 8);
    /// Between `?` and `:`, where `(х): у => z` needs a second look.
    pub(super) const IN_CONSEQUENT: Context = Context(1 << 9);

    pub(super) fn module() -> Context {
        Context::ALLOWS_AWAIT.with(Context::AT_TOP_LEVEL)
    }

    /// The body and parameters of a function of its own `this`.
    pub(super) fn function(is_async: bool) -> Context {
        if is_async { Context::IN_FUNCTION.with(Context::ALLOWS_AWAIT) } else { Context::IN_FUNCTION }
    }

    /// The body and parameters of an arrow: `this` and `супер` stay those outside.
    pub(super) fn arrow(self, is_async: bool) -> Context {
        let kept = Context::ALLOWS_SUPER_CALL.with(Context::ALLOWS_SUPER_MEMBER);
        Context(self.0 & kept.0).with(Context::function(is_async))
    }

    /// A method, accessor or field initialiser.
    pub(super) fn member(is_async: bool) -> Context {
        Context::function(is_async).with(Context::ALLOWS_SUPER_MEMBER)
    }

    pub(super) fn namespace() -> Context {
        Context::IN_NAMESPACE
    }

    /// Inside a block or a statement's body.
    pub(super) fn nested(self) -> Context {
        let outside = Context::AT_TOP_LEVEL.with(Context::IN_NAMESPACE);
        self.without(outside.with(Context::IN_CONSEQUENT).with(Context::IN_CASES))
    }

    pub(super) fn in_loop(self) -> Context {
        self.nested().with(Context::IN_LOOP)
    }

    pub(super) fn in_switch(self) -> Context {
        self.nested().with(Context::IN_SWITCH).with(Context::IN_CASES)
    }

    pub(super) fn has(self, what: Context) -> bool {
        self.0 & what.0 != 0
    }

    pub(super) const fn with(self, what: Context) -> Context {
        Context(self.0 | what.0)
    }

    pub(super) const fn without(self, what: Context) -> Context {
        Context(self.0 & !what.0)
    }
}
