//! What surrounds the place being read, as far as the grammar asks. Copied and restored, never a stack.

#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    /// `бозгашт` may stand here.
    pub(super) in_function: bool,
    /// `интизор` may stand here: an asynchronous function, or the top level of the module.
    pub(super) allows_await: bool,
    pub(super) in_loop: bool,
    pub(super) in_switch: bool,
    /// Directly among the cases of a switch, where a case ends the statements.
    pub(super) in_cases: bool,
    /// `супер(...)` may stand here.
    pub(super) allows_super_call: bool,
    /// `супер.х` may stand here.
    pub(super) allows_super_member: bool,
    /// `ворид` and `содир` may stand here.
    pub(super) at_top_level: bool,
    /// Directly in a namespace, where `содир` marks members.
    pub(super) in_namespace: bool,
    /// Between `?` and `:`, where `(х): у => z` needs a second look.
    pub(super) in_consequent: bool,
}

impl Context {
    pub(super) fn module() -> Context {
        Context {
            in_function: false,
            allows_await: true,
            in_loop: false,
            in_switch: false,
            in_cases: false,
            allows_super_call: false,
            allows_super_member: false,
            at_top_level: true,
            in_namespace: false,
            in_consequent: false,
        }
    }

    /// The body and parameters of a function of its own `this`.
    pub(super) fn function(is_async: bool) -> Context {
        Context { in_function: true, allows_await: is_async, at_top_level: false, ..Context::module() }
    }

    /// The body and parameters of an arrow: `this` and `супер` stay those outside.
    pub(super) fn arrow(self, is_async: bool) -> Context {
        Context {
            in_function: true,
            allows_await: is_async,
            in_loop: false,
            in_switch: false,
            in_cases: false,
            at_top_level: false,
            in_namespace: false,
            in_consequent: false,
            ..self
        }
    }

    /// A method, accessor or field initialiser.
    pub(super) fn member(is_async: bool) -> Context {
        Context { allows_super_member: true, ..Context::function(is_async) }
    }

    pub(super) fn namespace(self) -> Context {
        Context { in_namespace: true, allows_await: false, at_top_level: false, ..Context::module() }
    }

    /// Inside a block or a statement's body.
    pub(super) fn nested(self) -> Context {
        Context { at_top_level: false, in_namespace: false, in_consequent: false, in_cases: false, ..self }
    }

    pub(super) fn in_loop(self) -> Context {
        Context { in_loop: true, ..self.nested() }
    }

    pub(super) fn in_switch(self) -> Context {
        Context { in_switch: true, in_cases: true, ..self.nested() }
    }
}
